import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@nomo/local/testing';
import type { Client } from 'pg';

import {
  AuditDrain,
  type AuditFinding,
  ChainBehindCheckpoint,
  Checkpointer,
  DirectoryCheckpointStore,
  verifyAudit,
} from '../src/index.js';
import { createAuditDatabase, urlFor, withPg } from './database.js';
import { rechain, renumber } from './forgery.js';
import { openPrisma, type RawClient, systemOf } from './prisma.js';
import { recordThings } from './trail.js';

const keys = generateKeyPairSync('ed25519');

let database: TestDatabase;
let api: RawClient;
let worker: RawClient;
let folder: string;

beforeAll(async () => {
  database = await createAuditDatabase();
  api = openPrisma(urlFor(database, 'api'));
  worker = openPrisma(urlFor(database, 'worker'));
  folder = await mkdtemp(path.join(tmpdir(), 'nomo-audit-'));
});

afterAll(async () => {
  await api.$disconnect();
  await worker.$disconnect();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function chainOf(count: number): Promise<string> {
  const tenantId = randomUUID();
  await recordThings(api, tenantId, count);
  await new AuditDrain(systemOf(worker)).drain(tenantId);
  return tenantId;
}

/** What somebody with the rights of a superuser can do: all triggers and constraints out of the way. */
async function tamper(work: (client: Client) => Promise<unknown>): Promise<void> {
  await withPg(database.url, async (client) => {
    for (const table of ['audit_events', 'audit_heads']) {
      await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
    }
    await work(client);
    await client.query(
      'ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_append_only',
    );
    await client.query('ALTER TABLE audit_heads ENABLE TRIGGER ALL');
  });
}

async function findingsOf(tenant: string, store?: DirectoryCheckpointStore): Promise<string[]> {
  const { findings } = await verifyAudit(systemOf(worker), {
    tenant,
    ...(store && { checkpoints: { store, publicKey: keys.publicKey } }),
  });
  return findings.map(inWords);
}

function inWords(finding: AuditFinding): string {
  return 'seq' in finding
    ? `${finding.kind} ${finding.seq}`
    : `${finding.kind} ${finding.number}`;
}

function checkpointer(store: DirectoryCheckpointStore): Checkpointer {
  return new Checkpointer({
    database: systemOf(worker),
    store,
    privateKey: keys.privateKey,
  });
}

describe('a chain that was tampered with', () => {
  it('is not one that was not', async () => {
    const tenantId = await chainOf(12);
    expect(await findingsOf(tenantId)).toEqual([]);
    expect(await findingsOf(randomUUID())).toEqual([]);
  });

  it.each([
    ['details', `details = '{"name":"forged"}'`],
    ['details, by a single key', `details = details || '{"extra":null}'`],
    ['action', `action = 'thing.removed'`],
    ['actor_type', `actor_type = 'operator'`],
    ['actor_id', `actor_id = 'somebody else'`],
    ['target_type', `target_type = 'other'`],
    ['target_id', `target_id = 'other'`],
    ['occurred_at', `occurred_at = occurred_at - interval '1 millisecond'`],
    ['occurred_at, to no time', `occurred_at = 'infinity'`],
    [
      'occurred_at, to the same before Christ',
      `occurred_at = (to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') || '+00 BC')::timestamptz`,
    ],
    ['request_id, to an empty one', `request_id = ''`],
    [
      'actor_id, by how its letters are composed',
      `actor_id = normalize(actor_id || U&'e\\0301')`,
    ],
    ['actor_id, by a space', `actor_id = actor_id || ' '`],
    ['request_id', `request_id = 'other'`],
    ['ip', `ip = '192.0.2.1'`],
    ['user_agent', `user_agent = ''`],
    ['event_id', `event_id = gen_random_uuid()`],
    ['hash', `hash = sha256('forged')`],
  ])('shows that a row has another %s', async (_, change) => {
    const tenantId = await chainOf(12);
    await tamper((client) =>
      client.query(`UPDATE audit_events SET ${change} WHERE tenant_id = $1 AND seq = 5`, [
        tenantId,
      ]),
    );
    expect(await findingsOf(tenantId)).toEqual(['changed 5']);
  });

  it.each([1, 5, 12])('shows that row %i of 12 is another, and where', async (seq) => {
    const tenantId = await chainOf(12);
    await tamper((client) =>
      client.query(`UPDATE audit_events SET actor_id = 'x' WHERE tenant_id = $1 AND seq = $2`, [
        tenantId,
        seq,
      ]),
    );
    expect(await findingsOf(tenantId)).toEqual([`changed ${seq}`]);
  });

  it('names the first of several', async () => {
    const tenantId = await chainOf(12);
    await tamper((client) =>
      client.query(
        `UPDATE audit_events SET actor_id = 'x' WHERE tenant_id = $1 AND seq IN (4, 7, 8)`,
        [tenantId],
      ),
    );
    expect(await findingsOf(tenantId)).toEqual(['changed 4']);
  });

  it('shows that rows were removed', async () => {
    const tenantId = await chainOf(12);
    await tamper((client) =>
      client.query('DELETE FROM audit_events WHERE tenant_id = $1 AND seq IN (6, 7)', [
        tenantId,
      ]),
    );
    expect(await findingsOf(tenantId)).toEqual(['removed 6']);
  });

  it.each([1, 6])('shows that row %i was removed and the others numbered anew', async (seq) => {
    const tenantId = await chainOf(12);
    await tamper(async (client) => {
      await client.query('DELETE FROM audit_events WHERE tenant_id = $1 AND seq = $2', [
        tenantId,
        seq,
      ]);
      await renumber(
        client,
        tenantId,
        new Map(Array.from({ length: 12 - seq }, (_, n) => [seq + 1 + n, seq + n])),
      );
      await client.query('UPDATE audit_heads SET seq = 11 WHERE tenant_id = $1', [tenantId]);
    });
    expect(await findingsOf(tenantId)).toEqual([`removed ${seq}`]);
  });

  it('shows that a row was inserted', async () => {
    const tenantId = await chainOf(12);
    await tamper(async (client) => {
      await renumber(
        client,
        tenantId,
        new Map(Array.from({ length: 7 }, (_, n) => [12 - n, 13 - n])),
      );
      await client.query(
        `INSERT INTO audit_events SELECT tenant_id, 6, gen_random_uuid(), occurred_at, action,
           actor_type, actor_id, target_type, target_id, details, request_id, ip, user_agent, hash
         FROM audit_events WHERE tenant_id = $1 AND seq = 5`,
        [tenantId],
      );
      await client.query('UPDATE audit_heads SET seq = 13 WHERE tenant_id = $1', [tenantId]);
    });
    expect(await findingsOf(tenantId)).toEqual(['inserted 6']);
  });

  it('shows that a row was put behind the last one, or before the first', async () => {
    const put = (tenantId: string, seq: number): Promise<void> =>
      tamper((client) =>
        client.query(
          `INSERT INTO audit_events SELECT tenant_id, $2, gen_random_uuid(), occurred_at, action,
             actor_type, actor_id, target_type, target_id, details, request_id, ip, user_agent, hash
           FROM audit_events WHERE tenant_id = $1 AND seq = 5`,
          [tenantId, seq],
        ),
      );
    const behind = await chainOf(12);
    await put(behind, 13);
    expect(await findingsOf(behind)).toEqual(['inserted 13']);

    const before = await chainOf(12);
    await withPg(database.url, async (client) => {
      await client.query('ALTER TABLE audit_events DROP CONSTRAINT audit_events_seq_check');
    });
    await put(before, -1);
    expect(await findingsOf(before)).toEqual(['inserted -1']);
  });

  it.each([
    [
      'two neighbours',
      [
        [5, 6],
        [6, 5],
      ],
    ],
    [
      'two far apart',
      [
        [3, 9],
        [9, 3],
      ],
    ],
    [
      'three in a ring',
      [
        [4, 6],
        [5, 4],
        [6, 5],
      ],
    ],
    [
      'the first and the last',
      [
        [1, 12],
        [12, 1],
      ],
    ],
  ] as const)('shows that %s have changed places', async (_, moves) => {
    const tenantId = await chainOf(12);
    const places = new Map<number, number>(moves);
    await tamper((client) => renumber(client, tenantId, places));
    expect(await findingsOf(tenantId)).toEqual([`reordered ${Math.min(...places.keys())}`]);
  });

  it('shows that two rows have changed what they say', async () => {
    const tenantId = await chainOf(12);
    await tamper(async (client) => {
      await renumber(
        client,
        tenantId,
        new Map([
          [5, 6],
          [6, 5],
        ]),
      );
      await client.query(
        `UPDATE audit_events e SET hash = other.hash FROM audit_events other
         WHERE e.tenant_id = $1 AND other.tenant_id = $1 AND e.seq IN (5, 6) AND other.seq = 11 - e.seq`,
        [tenantId],
      );
    });
    expect(await findingsOf(tenantId)).toEqual(['reordered 5']);
  });

  it('shows that the end was cut off', async () => {
    const tenantId = await chainOf(12);
    await tamper((client) =>
      client.query('DELETE FROM audit_events WHERE tenant_id = $1 AND seq > 9', [tenantId]),
    );
    expect(await findingsOf(tenantId)).toEqual(['cut_off 10']);
  });

  it('shows that the head is another, or gone, or set back', async () => {
    const [other, gone, back] = [await chainOf(12), await chainOf(12), await chainOf(12)];
    const store = new DirectoryCheckpointStore(path.join(folder, 'heads'));
    await checkpointer(store).run();
    await tamper(async (client) => {
      await client.query(`UPDATE audit_heads SET hash = sha256('x') WHERE tenant_id = $1`, [
        other,
      ]);
      await client.query('DELETE FROM audit_heads WHERE tenant_id = $1', [gone]);
      await client.query(
        `UPDATE audit_heads SET seq = 9, hash = e.hash FROM audit_events e
         WHERE audit_heads.tenant_id = $1 AND e.tenant_id = $1 AND e.seq = 9`,
        [back],
      );
    });
    expect(await findingsOf(other)).toEqual(['head_mismatch 12']);
    expect(await findingsOf(gone)).toEqual(['head_mismatch 12']);
    expect(await findingsOf(back)).toEqual(['inserted 10']);
    expect(await findingsOf(back, store)).toEqual(['head_mismatch 9']);
    const { findings } = await verifyAudit(systemOf(worker));
    expect(findings).toContainEqual({ kind: 'head_mismatch', tenantId: gone, seq: 12 });
  });

  it('shows to a checkpoint alone that it was cut off and its head set back', async () => {
    const [cut, whole] = [await chainOf(12), await chainOf(3)];
    const store = new DirectoryCheckpointStore(path.join(folder, 'cut'));
    const signer = new Checkpointer({
      database: onlyOf(systemOf(worker), [cut, whole]),
      store,
      privateKey: keys.privateKey,
    });
    expect(await signer.run()).toEqual({ chains: 2, lastFile: 1 });
    await tamper(async (client) => {
      await client.query('DELETE FROM audit_events WHERE tenant_id = $1 AND seq > 9', [cut]);
      await client.query(
        `UPDATE audit_heads SET seq = 9, hash = e.hash FROM audit_events e
         WHERE audit_heads.tenant_id = $1 AND e.tenant_id = $1 AND e.seq = 9`,
        [cut],
      );
    });
    expect(await findingsOf(cut)).toEqual([]);
    expect(await findingsOf(cut, store)).toEqual(['cut_off 10']);
    expect(await findingsOf(whole, store)).toEqual([]);
    const { findings } = await verifyAudit(systemOf(worker), {
      checkpoints: { store, publicKey: keys.publicKey },
    });
    expect(findings).toContainEqual({ kind: 'cut_off', tenantId: cut, seq: 10 });
    // The signer does not put its name to it.
    await expect(signer.run()).rejects.toBeInstanceOf(ChainBehindCheckpoint);
  });

  it('shows to a checkpoint alone that all was computed anew', async () => {
    const tenantId = await chainOf(12);
    const store = new DirectoryCheckpointStore(path.join(folder, 'rewritten'));
    await checkpointer(store).run();
    await recordThings(api, tenantId, 3, 12);
    await new AuditDrain(systemOf(worker)).drain(tenantId);
    await tamper(async (client) => {
      await client.query(
        `UPDATE audit_events SET actor_id = 'x' WHERE tenant_id = $1 AND seq = 5`,
        [tenantId],
      );
      await rechain(client, tenantId);
    });
    expect(await findingsOf(tenantId)).toEqual([]);
    expect(await findingsOf(tenantId, store)).toEqual(['rewritten 12']);
  });

  it('shows that a whole chain was deleted, with its head or without', async () => {
    const [tenantId, headless] = [await chainOf(5), await chainOf(5)];
    const store = new DirectoryCheckpointStore(path.join(folder, 'deleted'));
    await checkpointer(store).run();
    await tamper(async (client) => {
      await client.query('DELETE FROM audit_events WHERE tenant_id = ANY($1)', [
        [tenantId, headless],
      ]);
      await client.query('DELETE FROM audit_heads WHERE tenant_id = $1', [headless]);
    });
    expect(await findingsOf(tenantId)).toEqual(['deleted_chain 1']);
    expect(await findingsOf(headless)).toEqual([]);
    expect(await findingsOf(headless, store)).toEqual(['deleted_chain 1']);
    const { findings } = await verifyAudit(systemOf(worker), {
      checkpoints: { store, publicKey: keys.publicKey },
    });
    expect(findings).toContainEqual({ kind: 'deleted_chain', tenantId: headless, seq: 1 });
  });
});

/** The same door, through which only the heads of some tenants show: the tests here share a database. */
function onlyOf(
  door: ReturnType<typeof systemOf>,
  tenants: readonly string[],
): ReturnType<typeof systemOf> {
  return Object.create(door, {
    asSystem: {
      value: async (...call: Parameters<typeof door.asSystem>) => {
        const result = await door.asSystem(...call);
        return (result as { tenant_id: string }[]).filter(({ tenant_id }) =>
          tenants.includes(tenant_id),
        );
      },
    },
  }) as ReturnType<typeof systemOf>;
}
