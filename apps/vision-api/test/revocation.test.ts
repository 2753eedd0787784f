import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiKeyId } from '@nomo/security-core';
import { Redis } from 'ioredis';
import pg from 'pg';
import { keyRecordKey } from '../src/keys/key-records.js';
import { startProcess, type ServiceProcess } from './support/processes.js';
import { runCommand } from './support/commands.js';
import { startStores, type Stores } from './support/stores.js';

/** Three processes: two that serve, and the command line that makes and revokes. */
describe('a revocation', () => {
  let stores: Stores;
  let services: ServiceProcess[];

  beforeAll(async () => {
    stores = await startStores();
    const limits = { RATE_LIMIT_PER_SECOND: '10000', RATE_LIMIT_BURST: '100000' };
    services = await Promise.all([startProcess(stores, limits), startProcess(stores, limits)]);
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await stores.stop();
  });

  it('holds when Redis comes back with the record that it buried', async () => {
    const made = await runCommand(stores, [
      ...['keys', 'create', '--user', 'ada@example.com', '--scopes', 'all', '--json'],
    ]);
    const { id, key } = JSON.parse(made.stdout) as { id: ApiKeyId; key: string };
    const statuses = (): Promise<number[]> =>
      Promise.all(
        services.map(
          async ({ url }) =>
            (await fetch(`${url}/v1/usage`, { headers: { 'x-api-key': key } })).status,
        ),
      );
    expect(await statuses()).toEqual([200, 200]);
    const redis = new Redis(stores.redisUrl);
    const record = (await redis.get(keyRecordKey(id))) ?? '';
    await runCommand(stores, ['keys', 'revoke', id]);

    // As after a restored snapshot or a failover to a replica that had not heard of it; and
    // PostgreSQL keeps the services waiting for the list of what was revoked.
    const sql = new pg.Client({ connectionString: stores.databaseUrl });
    await sql.connect();
    await sql.query('BEGIN');
    await sql.query('LOCK TABLE api_key_directory IN ACCESS EXCLUSIVE MODE');
    await redis.set(keyRecordKey(id), record);
    await redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const answers = statuses();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await sql.query('ROLLBACK');
    await sql.end();
    expect(await answers).toEqual([401, 401]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await statuses()).toEqual([401, 401]);
    expect(await redis.get(keyRecordKey(id))).toBe('revoked');
    redis.disconnect();
  });

  it('holds for the very next request in every process, under load', async () => {
    const made = await runCommand(stores, [
      ...['keys', 'create', '--user', 'ada@example.com', '--scopes', 'all', '--json'],
    ]);
    const { id, key } = JSON.parse(made.stdout) as { id: string; key: string };

    let revoked = false;
    const after: number[] = [];
    const before: number[] = [];
    const load = services.flatMap(({ url }) =>
      Array.from({ length: 4 }, async () => {
        // Goes on until each has made requests that began after the revocation was confirmed.
        for (let late = 0; late < 50;) {
          const startedAfter = revoked;
          const { status } = await fetch(`${url}/v1/usage`, { headers: { 'x-api-key': key } });
          (startedAfter ? after : before).push(status);
          if (startedAfter) late += 1;
        }
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const outcome = await runCommand(stores, ['keys', 'revoke', id]);
    revoked = true;
    await Promise.all(load);

    expect(outcome.stdout).toMatch(/refused from now on/u);
    expect(before.filter((status) => status === 200).length).toBeGreaterThan(8);
    expect(after).toHaveLength(8 * 50);
    expect(new Set(after)).toEqual(new Set([401]));
  });
});
