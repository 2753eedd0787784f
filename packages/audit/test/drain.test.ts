import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@nomo/local/testing';

import { AuditDrain, verifyAudit } from '../src/index.js';
import { audit, context } from './catalogue.js';
import { namesInChain, recordThings } from './trail.js';
import { createAuditDatabase, urlFor, withPg } from './database.js';
import { openPrisma, type RawClient, systemOf, tenantsOf } from './prisma.js';

let database: TestDatabase;
let api: RawClient;
let worker: RawClient;
let drain: AuditDrain;

beforeAll(async () => {
  database = await createAuditDatabase();
  api = openPrisma(urlFor(database, 'api'));
  worker = openPrisma(urlFor(database, 'worker'));
  drain = new AuditDrain(systemOf(worker));
});

afterAll(async () => {
  await api.$disconnect();
  await worker.$disconnect();
  await database.drop();
});

describe('the drain', () => {
  it('chains what waits, in the order in which it was recorded', async () => {
    const tenantId = randomUUID();
    await recordThings(api, tenantId, 25);
    expect(await drain.drain(tenantId)).toEqual({ chained: 25, quarantined: 0, repeated: 0 });
    expect(await drain.drain(tenantId)).toEqual({ chained: 0, quarantined: 0, repeated: 0 });
    await recordThings(api, tenantId, 5, 25);
    await drain.drain(tenantId);
    expect(await namesInChain(database, tenantId)).toEqual(
      Array.from({ length: 30 }, (_, n) => `${n + 1} n${n}`),
    );
  });

  it('makes no chain of a call for a tenant with nothing to tell', async () => {
    const tenantId = randomUUID();
    expect(await drain.drain(tenantId)).toEqual({ chained: 0, quarantined: 0, repeated: 0 });
    expect(await verifyAudit(systemOf(worker), { tenant: tenantId })).toMatchObject({
      findings: [],
    });
    await withPg(database.url, async (client) => {
      const { rowCount } = await client.query('SELECT FROM audit_heads WHERE tenant_id = $1', [
        tenantId,
      ]);
      expect(rowCount).toBe(0);
    });
  });

  it('goes on over pages, and finds what committed late', async () => {
    const tenantId = randomUUID();
    await recordThings(api, tenantId, 45);
    const asWorker = urlFor(database, 'worker');
    const { rows } = await withPg(asWorker, (client) =>
      client.query<{ body: string }>(
        'SELECT body FROM audit_outbox WHERE tenant_id = $1 LIMIT 1',
        [tenantId],
      ),
    );
    let late: Promise<void> | undefined;
    const small = new AuditDrain(systemOf(worker), {
      pageSize: 10,
      onDrained: () => {
        // Its place lies before those of the events that were just drained.
        late ??= withPg(asWorker, async (client) => {
          await client.query(
            `INSERT INTO audit_outbox (tenant_id, position, event_id, body) OVERRIDING SYSTEM VALUE
             VALUES ($1, -1, gen_random_uuid(), $2)`,
            [tenantId, rows[0]?.body],
          );
        });
      },
    });
    const { chained } = await small.drain(tenantId);
    await late;
    expect(chained + (await small.drain(tenantId)).chained).toBe(46);
    expect((await verifyAudit(systemOf(worker), { tenant: tenantId })).findings).toEqual([]);
  });

  it('keeps every event as it was recorded', async () => {
    const tenantId = randomUUID();
    const strange = { '': 'ключ', é: 1e21, 'a"b': 5e-324, z: -0.1, n: 9_007_199_254_740_991 };
    await tenantsOf(api).withTenant(tenantId, (tx) =>
      audit.recordAudit(tx, {
        ...context(tenantId),
        action: 'thing.tagged',
        details: { tags: strange, number: 1.7976931348623157e308, note: '😀 \u2028 \\' },
        requestId: 'r1',
        ip: '2001:db8::1',
        userAgent: 'curl/8',
      }),
    );
    await drain.drain(tenantId);
    const { rows } = await withPg(database.url, (client) =>
      client.query<{ details: unknown; ip: string }>(
        'SELECT details, ip FROM audit_events WHERE tenant_id = $1',
        [tenantId],
      ),
    );
    expect(rows).toEqual([
      {
        details: { tags: strange, number: 1.7976931348623157e308, note: '😀 \u2028 \\' },
        ip: '2001:db8::1',
      },
    ]);
    expect((await verifyAudit(systemOf(worker), { tenant: tenantId })).findings).toEqual([]);
  });

  it('leaves the other tenants alone', async () => {
    const [mine, other] = [randomUUID(), randomUUID()];
    await recordThings(api, mine, 3);
    await recordThings(api, other, 4);
    await drain.drain(mine);
    expect(await namesInChain(database, mine)).toHaveLength(3);
    expect(await namesInChain(database, other)).toEqual([]);
    expect(await drain.drain(other)).toMatchObject({ chained: 4 });
  });

  it('puts aside what is no event, says so in the chain, and goes on', async () => {
    const tenantId = randomUUID();
    const insert = (body: string, eventId: string = randomUUID()): Promise<void> =>
      withPg(urlFor(database, 'worker'), async (client) => {
        await client.query(
          'INSERT INTO audit_outbox (tenant_id, event_id, body) VALUES ($1, $2, $3)',
          [tenantId, eventId, body],
        );
      });
    await recordThings(api, tenantId, 1);
    await insert('{"action":"nonsense"}', '018f0000-0000-7000-8000-00000000000f');
    await insert(String.raw`{"details":{"a":"\u0000"}}`);
    await recordThings(api, tenantId, 1, 1);
    expect(await drain.drain(tenantId)).toEqual({ chained: 2, quarantined: 2, repeated: 0 });
    const { rows } = await withPg(database.url, (client) =>
      client.query(
        `SELECT seq::int, action, target_id, details->>'reason' AS reason FROM audit_events
         WHERE tenant_id = $1 ORDER BY seq`,
        [tenantId],
      ),
    );
    expect(rows).toMatchObject([
      { seq: 1, action: 'thing.created' },
      {
        seq: 2,
        action: 'audit.event_quarantined',
        target_id: '018f0000-0000-7000-8000-00000000000f',
        reason: 'not_an_event',
      },
      { seq: 3, action: 'audit.event_quarantined' },
      { seq: 4, action: 'thing.created' },
    ]);
    const { rows: aside } = await withPg(database.url, (client) =>
      client.query('SELECT body, reason FROM audit_quarantine WHERE tenant_id = $1', [
        tenantId,
      ]),
    );
    expect(aside).toHaveLength(2);
    expect(aside).toContainEqual({ body: '{"action":"nonsense"}', reason: 'not_an_event' });
    expect((await verifyAudit(systemOf(worker), { tenant: tenantId })).findings).toEqual([]);
  });

  it('chains an event once, however often it lies in the outbox', async () => {
    const tenantId = randomUUID();
    await recordThings(api, tenantId, 2);
    const again = (change = ''): Promise<void> =>
      withPg(urlFor(database, 'worker'), async (client) => {
        await client.query(
          `INSERT INTO audit_outbox (tenant_id, event_id, body)
           SELECT tenant_id, event_id, replace(body, 'n0', 'n0' || $2) FROM audit_outbox
           WHERE tenant_id = $1 AND body LIKE '%n0%' LIMIT 1`,
          [tenantId, change],
        );
      });
    await again();
    expect(await drain.drain(tenantId)).toEqual({ chained: 2, quarantined: 0, repeated: 1 });
    await withPg(urlFor(database, 'worker'), async (client) => {
      await client.query(
        `INSERT INTO audit_outbox (tenant_id, event_id, body)
         SELECT tenant_id, event_id, '{}' FROM audit_events WHERE tenant_id = $1 AND seq = 1`,
        [tenantId],
      );
    });
    expect(await drain.drain(tenantId)).toEqual({ chained: 0, quarantined: 1, repeated: 0 });
    await recordThings(api, tenantId, 1);
    await again(' forged');
    expect(await drain.drain(tenantId)).toEqual({ chained: 1, quarantined: 1, repeated: 0 });
    expect((await verifyAudit(systemOf(worker), { tenant: tenantId })).findings).toEqual([]);
  });

  it('stops between two pages when it is told to', async () => {
    const tenantId = randomUUID();
    await recordThings(api, tenantId, 30);
    const stop = new AbortController();
    const small = new AuditDrain(systemOf(worker), {
      pageSize: 10,
      onDrained: () => {
        stop.abort();
      },
    });
    expect(await small.drain(tenantId, stop.signal)).toMatchObject({ chained: 10 });
    expect(await namesInChain(database, tenantId)).toHaveLength(10);
  });
});
