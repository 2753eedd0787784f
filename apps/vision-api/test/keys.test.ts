import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';
import { auditEvents } from '../src/audit/audit-events.js';
import { KeysDatabase, VisionDatabase } from '../src/database/doors.js';
import { Pools } from '../src/database/pools.js';
import { KeyLookupRepository } from '../src/keys/key-lookup.repository.js';
import { KeyVerifier } from '../src/keys/key-verifier.js';
import { KeyRecords, keyRecordKey } from '../src/keys/key-records.js';
import { KeysRepository } from '../src/keys/keys.repository.js';
import { KeysService } from '../src/keys/keys.service.js';
import { keyInHeader } from '../src/keys/presented-key.js';
import { type ApiKeyId } from '@nomo/security-core';
import { TESTER } from './support/stack.js';
import { startStores, type Stores } from './support/stores.js';

describe('API keys', () => {
  let stores: Stores;
  let redis: Redis;
  let pools: Pools;
  let sql: pg.Client;
  let keys: KeysService;
  let repository: KeysRepository;
  let lookUp: KeyLookupRepository;
  let verifier: KeyVerifier;
  let records: KeyRecords;

  beforeAll(async () => {
    stores = await startStores();
    redis = new Redis(stores.redisUrl);
    pools = new Pools(stores.urls);
    sql = new pg.Client({ connectionString: stores.databaseUrl });
    await sql.connect();
    repository = new KeysRepository(new KeysDatabase(pools.of('keys')), auditEvents);
    lookUp = new KeyLookupRepository(new VisionDatabase(pools.of('vision')));
    records = new KeyRecords(redis);
    keys = new KeysService(repository, records);
    verifier = new KeyVerifier(lookUp);
  });
  afterAll(async () => {
    await sql.end();
    await pools.onApplicationShutdown();
    redis.disconnect();
    await stores.stop();
  });

  const create = async (
    email = 'ada@example.com',
  ): Promise<{ id: ApiKeyId; userId: string; key: string }> => {
    const { apiKey, key } = await keys.create(
      email,
      { mode: 'test', name: '', scopes: ['text:detect'], expiresAt: undefined },
      TESTER,
    );
    return { id: apiKey.id, userId: apiKey.userId, key: key.reveal() };
  };

  const verify = (key: string): ReturnType<KeyVerifier['verify']> => {
    const presented = keyInHeader(key);
    if (presented === undefined) throw new Error('the test made a malformed key');
    return verifier.verify(presented);
  };

  it('are stored as the SHA-256 of their secret and nothing else', async () => {
    const { id, key } = await create();
    const secret = Buffer.from(key.slice(key.indexOf('.') + 1, -6), 'base64url');
    expect(secret).toHaveLength(32);

    const { rows } = await sql.query<{ secret_hash: Buffer; row: string }>(
      'SELECT secret_hash, api_keys::text AS row FROM api_keys WHERE id = $1',
      [id],
    );
    expect(rows[0]?.secret_hash).toEqual(createHash('sha256').update(secret).digest());
    expect(rows[0]?.row).not.toContain(secret.toString('hex'));
    expect(rows[0]?.row).not.toContain(secret.toString('base64url').slice(0, 12));

    const record = await verify(key);
    if (record === undefined) throw new Error('the key was refused');
    await records.publish(id, record);
    const published = await redis.get(keyRecordKey(id));
    expect(published).toMatch(/^\[/u);
    expect(published).not.toContain(secret.toString('base64').slice(0, 12));
    expect(await redis.ttl(keyRecordKey(id))).toBe(-1);
  });

  it('of one customer do not exist for another', async () => {
    const mine = await create('ada@example.com');
    const other = await create('eve@example.com');
    expect(await repository.find(other.userId, mine.id)).toBeUndefined();
    expect(await keys.revoke(other.userId, mine.id, TESTER)).toBe('unknown');
    expect(await verify(mine.key)).toBeDefined();
    expect((await keys.list('eve@example.com'))?.map(({ id }) => id)).toEqual([other.id]);
    expect(await keys.list('nobody@example.com')).toBeUndefined();
  });

  it('belong to one customer however the address is written', async () => {
    const lower = await create('grace@example.com');
    const upper = await create(' Grace@Example.COM ');
    expect(upper.userId).toBe(lower.userId);
  });

  it('are revoked once, and keep the date of that', async () => {
    const { id, userId } = await create();
    expect(await keys.revoke(userId, id, TESTER)).toBe('revoked');
    const first = (await keys.find(id))?.revokedAt;
    expect(await keys.revoke(userId, id, TESTER)).toBe('already-revoked');
    expect((await keys.find(id))?.revokedAt).toEqual(first);
  });

  it('stay revoked when a slow process makes an old reading known', async () => {
    const { id, userId, key } = await create();
    const reading = await lookUp.findRecord(id);
    if (reading === undefined) throw new Error('the key was not found');
    await keys.revoke(userId, id, TESTER);
    await records.publish(id, reading);
    expect(await redis.get(keyRecordKey(id))).toBe('revoked');
    expect(await verify(key)).toBeUndefined();
  });

  it('stay revoked when Redis has lost everything', async () => {
    const { id, userId, key } = await create();
    await keys.revoke(userId, id, TESTER);
    await redis.flushall();
    expect(await verify(key)).toBeUndefined();
    expect(await redis.get(keyRecordKey(id))).toBeNull();
  });

  it('are refused already when PostgreSQL fails in the middle of a revocation', async () => {
    const { id, userId, key } = await create();
    await verify(key);
    const failing = new KeysService(
      new (class extends KeysRepository {
        override revoke(): Promise<boolean> {
          return Promise.reject(new Error('the connection was lost'));
        }
      })(new KeysDatabase(pools.of('keys')), auditEvents),
      records,
    );
    await expect(failing.revoke(userId, id, TESTER)).rejects.toThrow('lost');
    expect(await redis.get(keyRecordKey(id))).toBe('revoked');
  });

  describe('in the database', () => {
    it.each([
      ['be reactivated', 'UPDATE api_keys SET revoked_at = NULL WHERE id = $1', /reactivated/u],
      [
        'get another date',
        'UPDATE api_keys SET revoked_at = now() WHERE id = $1',
        /reactivated/u,
      ],
      [
        'get another secret',
        `UPDATE api_keys SET secret_hash = '\\x${'00'.repeat(32)}' WHERE id = $1`,
        /identity/u,
      ],
      [
        'move to another customer',
        'UPDATE api_keys SET user_id = gen_random_uuid() WHERE id = $1',
        /identity/u,
      ],
      ['be deleted', 'DELETE FROM api_keys WHERE id = $1', /not deleted/u],
    ])('cannot %s', async (_, statement, reason) => {
      const { id, userId } = await create();
      await keys.revoke(userId, id, TESTER);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await expect(sql.query(statement, [id])).rejects.toThrow(reason);
    });

    it('cannot have a scope that does not exist', async () => {
      const { id } = await create();
      await expect(
        sql.query(`UPDATE api_keys SET scopes = '{admin}' WHERE id = $1`, [id]),
      ).rejects.toThrow(/api_keys_scopes_check/u);
    });
  });
});
