import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyAudit } from '@nomo/audit';
import { checkpointEnvironment, checkpointsOf } from '@nomo/audit/environment';
import { Redis } from 'ioredis';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { auditEvents } from '../src/audit/audit-events.js';
import { KeysDatabase, WorkerDatabase } from '../src/database/doors.js';
import { Pools } from '../src/database/pools.js';
import { KeyRecords } from '../src/keys/key-records.js';
import { KeysRepository } from '../src/keys/keys.repository.js';
import { KeysService } from '../src/keys/keys.service.js';
import { startWorkerProcess, type WorkerProcess } from './support/processes.js';
import { startStores, type Stores } from './support/stores.js';

const initiator = {
  actor: { type: 'user', id: 'ada' },
  requestId: 'req_1',
  ip: '192.0.2.7',
  userAgent: 'curl/8',
} as const;

describe('the audit trail', () => {
  let stores: Stores;
  let pools: Pools;
  let redis: Redis;
  let sql: pg.Client;
  let keys: KeysService;
  let worker: WorkerProcess;
  let folder: string;
  let config: {
    AUDIT_CHECKPOINTS: string;
    AUDIT_CHECKPOINT_KEY: string;
  };

  beforeAll(async () => {
    stores = await startStores();
    pools = new Pools(stores.urls);
    redis = new Redis(stores.redisUrl);
    sql = new pg.Client({ connectionString: stores.databaseUrl });
    await sql.connect();
    const repository = new KeysRepository(new KeysDatabase(pools.of('keys')), auditEvents);
    keys = new KeysService(repository, new KeyRecords(redis));
    folder = mkdtempSync(path.join(tmpdir(), 'nomo-checkpoints-'));
    config = {
      AUDIT_CHECKPOINTS: folder,
      AUDIT_CHECKPOINT_KEY: generateKeyPairSync('ed25519')
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
    };
    worker = startWorker();
  });
  afterAll(async () => {
    await worker.stop();
    await sql.end();
    redis.disconnect();
    await pools.onApplicationShutdown();
    await stores.stop();
    rmSync(folder, { recursive: true });
  });

  /** Without those that are being written. */
  const signed = (): string[] => readdirSync(folder).filter((name) => !name.startsWith('.'));

  const startWorker = (): WorkerProcess => startWorkerProcess(stores, config);

  /** What is chained of a customer, once it is so much. */
  const chained = async (
    userId: string,
    events: number,
  ): Promise<Record<string, unknown>[]> => {
    for (let attempt = 0; attempt < 400; attempt += 1) {
      const { rows } = await sql.query<Record<string, unknown>>(
        `SELECT action, actor_type, actor_id, target_type, target_id, details, request_id, ip, user_agent
         FROM audit_events WHERE tenant_id = $1 ORDER BY seq`,
        [userId],
      );
      if (rows.length >= events) return rows;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the events were not chained');
  };

  it('tells of every change, by whom and from where, and holds no secret', async () => {
    const { apiKey, key } = await keys.create(
      'ada@example.com',
      { mode: 'live', name: 'ci', scopes: ['text:detect'], expiresAt: new Date(4e12) },
      initiator,
    );
    const { id, userId } = apiKey;
    await keys.revoke(userId, id, initiator);
    // Neither of these changes anything.
    await keys.revoke(userId, id, initiator);
    await keys.list('ada@example.com');

    const events = await chained(userId, 3);
    const common = {
      actor_type: 'user',
      actor_id: 'ada',
      request_id: 'req_1',
      ip: '192.0.2.7',
      user_agent: 'curl/8',
    };
    expect(events).toEqual([
      {
        ...common,
        action: 'user.created',
        details: {},
        target_type: 'user',
        target_id: userId,
      },
      {
        ...common,
        action: 'api_key.created',
        target_type: 'api_key',
        target_id: id,
        details: {
          mode: 'live',
          name: 'ci',
          scopes: ['text:detect'],
          expiresAt: '2096-10-02T07:06:40.000Z',
        },
      },
      {
        ...common,
        action: 'api_key.revoked',
        details: {},
        target_type: 'api_key',
        target_id: id,
      },
    ]);
    expect(JSON.stringify(events)).not.toContain(key.reveal().split('.')[1]?.slice(0, 12));
  });

  it('refuses an event with a secret in it, and with it the change', async () => {
    const { apiKey, key } = await keys.create(
      'ada@example.com',
      { mode: 'live', name: '', scopes: ['text:detect'], expiresAt: undefined },
      initiator,
    );
    const careless = keys.create(
      'ada@example.com',
      { mode: 'live', name: key.reveal(), scopes: ['text:detect'], expiresAt: undefined },
      initiator,
    );
    await expect(careless).rejects.toThrow();
    const { rows } = await sql.query<{ id: string; name: string }>(
      'SELECT id, name FROM api_keys WHERE user_id = $1 ORDER BY created_at',
      [apiKey.userId],
    );
    expect(rows.map(({ name }) => name)).toEqual(['ci', '']);
  });

  it('is signed by the worker, and verifies against what was signed', async () => {
    await chained((await keys.customer('ada@example.com')) ?? '', 4);
    // One that starts signs at once, and then once a minute.
    await worker.stop();
    worker = startWorker();
    for (let attempt = 0; signed().length === 0 && attempt < 400; attempt += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(signed()).toHaveLength(1);
    const checkpoints = checkpointsOf(z.object(checkpointEnvironment).parse(config));
    if (checkpoints === undefined) throw new Error('there are no checkpoints');
    const report = await verifyAudit(new WorkerDatabase(pools.of('worker')), { checkpoints });
    expect(report).toMatchObject({ chains: 1, events: 4, findings: [] });
  });
});
