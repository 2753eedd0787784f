import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestDatabase } from '@nomo/local/testing';

import {
  AuditDrain,
  CheckpointExists,
  Checkpointer,
  CheckpointsDamaged,
  type CheckpointStore,
  DirectoryCheckpointStore,
  InvalidAuditSetup,
  S3CheckpointStore,
  verifyAudit,
} from '../src/index.js';
import { createAuditDatabase, urlFor, withPg } from './database.js';
import { openPrisma, type RawClient, systemOf } from './prisma.js';
import { type S3Server, startS3 } from './s3-server.js';
import { recordThings } from './trail.js';

const keys = generateKeyPairSync('ed25519');
const tenants = [randomUUID(), randomUUID()] as const;

let database: TestDatabase;
let api: RawClient;
let worker: RawClient;
let folder: string;
let s3: S3Server;

beforeAll(async () => {
  database = await createAuditDatabase();
  api = openPrisma(urlFor(database, 'api'));
  worker = openPrisma(urlFor(database, 'worker'));
  folder = await mkdtemp(path.join(tmpdir(), 'nomo-audit-'));
  s3 = await startS3('trail');
});

afterAll(async () => {
  await api.$disconnect();
  await worker.$disconnect();
  await database.drop();
  await rm(folder, { recursive: true });
  await s3.close();
});

async function grow(tenantId: string, count = 2): Promise<void> {
  await recordThings(api, tenantId, count);
  await new AuditDrain(systemOf(worker)).drain(tenantId);
}

function signer(store: CheckpointStore, privateKey = keys.privateKey): Checkpointer {
  return new Checkpointer({ database: systemOf(worker), store, privateKey });
}

async function problems(
  store: CheckpointStore,
  { publicKey = keys.publicKey, atLeast = 0 } = {},
): Promise<string[]> {
  const { findings } = await verifyAudit(systemOf(worker), {
    checkpoints: { store, publicKey, atLeast },
  });
  return findings.map((finding) =>
    'number' in finding
      ? `${finding.kind} ${finding.number}`
      : `${finding.kind} ${finding.seq}`,
  );
}

function s3Store(prefix: string): S3CheckpointStore {
  const client = new S3Client({
    endpoint: s3.endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return new S3CheckpointStore({ client, bucket: 'trail', prefix, retentionDays: 365 });
}

/** Four files in a new directory. */
async function fourFiles(): Promise<{
  store: DirectoryCheckpointStore;
  file: (n: number) => string;
}> {
  const directory = path.join(folder, randomUUID());
  const store = new DirectoryCheckpointStore(directory);
  for (let n = 0; n < 4; n += 1) {
    await grow(tenants[n % 2 === 0 ? 0 : 1]);
    await signer(store).run();
  }
  return { store, file: (n) => path.join(directory, `checkpoint-000000000${n}.json`) };
}

describe.each([
  ['a directory', (name: string) => new DirectoryCheckpointStore(path.join(folder, name))],
  ['S3', (name: string) => s3Store(`audit/${name}/`)],
])('checkpoints in %s', (_, open) => {
  it('say where the chains stand that have moved', async () => {
    const store = open('moved');
    await grow(tenants[0]);
    await grow(tenants[1]);
    const checkpointer = signer(store);
    expect(await checkpointer.run()).toEqual({ chains: 2, lastFile: 1 });
    expect(await checkpointer.run()).toEqual({ chains: 0, lastFile: 1 });
    await grow(tenants[1]);
    // One that was started later goes on where the first one was.
    expect(await signer(store).run()).toEqual({ chains: 1, lastFile: 2 });
    expect(await checkpointer.run()).toEqual({ chains: 0, lastFile: 2 });
    await grow(tenants[0]);
    expect(await checkpointer.run()).toEqual({ chains: 1, lastFile: 3 });
    expect(await store.list()).toEqual([1, 2, 3]);
    expect(await problems(store)).toEqual([]);
  });

  it('are written once', async () => {
    const store = open('once');
    await store.write(1, Buffer.from('first'));
    await expect(store.write(1, Buffer.from('second'))).rejects.toBeInstanceOf(
      CheckpointExists,
    );
    expect(Buffer.from((await store.read(1)) ?? []).toString()).toBe('first');
    expect(await store.read(2)).toBeUndefined();
  });

  it('of several checkpointers at once are one sequence', async () => {
    const store = open('race');
    for (let round = 0; round < 3; round += 1) {
      await grow(tenants[0]);
      await Promise.all(Array.from({ length: 4 }, () => signer(store).run()));
    }
    expect(await store.list()).toEqual([1, 2, 3]);
    expect(await problems(store)).toEqual([]);
  });
});

describe('checkpoint files', () => {
  it('are for their owner alone, and nothing else is left beside them', async () => {
    const { file } = await fourFiles();
    expect((await stat(file(1))).mode & 0o777).toBe(0o600);
    expect(await readdir(path.dirname(file(1)))).toHaveLength(4);
  });

  it.each([1, 2, 3])('show that file %i was removed', async (number) => {
    const { store, file } = await fourFiles();
    await unlink(file(number));
    expect(await problems(store)).toEqual([`checkpoint_missing ${number}`]);
    await expect(signer(store).run()).rejects.toBeInstanceOf(CheckpointsDamaged);
  });

  it('show to who knows their number that the last was removed', async () => {
    const { store, file } = await fourFiles();
    await unlink(file(4));
    expect(await problems(store, { atLeast: 4 })).toEqual(['checkpoint_missing 4']);
  });

  it('show that one was removed and the others numbered anew', async () => {
    const { store, file } = await fourFiles();
    const third = await readFile(file(3));
    await unlink(file(3));
    await writeFile(file(3), await readFile(file(4)));
    await writeFile(file(4), third);
    expect(await problems(store)).toEqual(['checkpoint_invalid 3', 'checkpoint_invalid 4']);
  });

  it('show that another sequence was begun', async () => {
    const { store, file } = await fourFiles();
    const other = await fourFiles();
    await writeFile(file(3), await readFile(other.file(3)));
    expect(await problems(store)).toContain('checkpoint_invalid 3');
  });

  it.each([
    ['a size', (text: string) => text.replace(/"size":\d+/u, '"size":1')],
    [
      'a statement taken out',
      (text: string) => text.replace(/"checkpoints":\[.*?\]/u, '"checkpoints":[]'),
    ],
    [
      'a signature',
      (text: string) =>
        text.replace(/(?<="signature":")./u, (letter) => (letter === 'A' ? 'B' : 'A')),
    ],
    ['nothing of JSON', () => 'nonsense'],
    ['nothing at all', () => ''],
  ])('show that one has %s', async (_, change) => {
    const { store, file } = await fourFiles();
    const text = await readFile(file(2), 'utf8');
    await writeFile(file(2), change(text));
    expect(await problems(store)).toContain('checkpoint_invalid 2');
  });

  it('are of no worth with another key', async () => {
    const { store } = await fourFiles();
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(await problems(store, { publicKey })).toEqual(
      [1, 2, 3, 4].map((n) => `checkpoint_invalid ${n}`),
    );
  });
});

describe('checkpoints in S3', () => {
  it('are locked in compliance mode for their retention', async () => {
    const store = s3Store('locked/');
    await signer(store).run();
    const object = s3.objects.get('locked/checkpoint-0000000001.json');
    expect(object?.lockMode).toBe('COMPLIANCE');
    const days = (Date.parse(object?.retainUntil ?? '') - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(365);
  });

  it('are retained for days, not for nothing', () => {
    const client = new S3Client({ region: 'us-east-1' });
    const options = { client, bucket: 'b', prefix: '', retentionDays: 0 };
    expect(() => new S3CheckpointStore(options)).toThrow(InvalidAuditSetup);
  });
});

describe('a database that is an older one than its checkpoints', () => {
  it('shows', async () => {
    const store = new DirectoryCheckpointStore(path.join(folder, 'rolled-back'));
    await grow(tenants[0], 3);
    await grow(tenants[1], 3);
    await signer(store).run();
    const rows = await withPg(database.url, async (client) => {
      await client.query('ALTER TABLE audit_events DISABLE TRIGGER ALL');
      await client.query('ALTER TABLE audit_heads DISABLE TRIGGER ALL');
      await client.query(
        'DELETE FROM audit_events e USING audit_heads h WHERE h.tenant_id = e.tenant_id AND e.seq > h.seq - 2',
      );
      return client.query<{ tenant_id: string; seq: number }>(
        `UPDATE audit_heads h SET seq = e.seq, hash = e.hash FROM audit_events e
         WHERE e.tenant_id = h.tenant_id AND e.seq = h.seq - 2 RETURNING h.tenant_id, h.seq::int`,
      );
    });
    expect(await problems(store)).toEqual(
      expect.arrayContaining(rows.rows.map(({ seq }) => `rolled_back ${seq + 1}`)),
    );
  });
});
