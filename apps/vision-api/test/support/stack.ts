import { jest } from '@jest/globals';
import { bucketKey } from '@nomo/limits';
import { type ApiKeyId } from '@nomo/security-core';
import { createService, createWorker, type RunningService } from '@nomo/service-kit';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type Initiator } from '../../src/audit/audit-events.js';
import { visionApi, visionWorker } from '../../src/definition.js';
import { KeysService } from '../../src/keys/keys.service.js';
import { SCOPES, type Scope } from '../../src/keys/scopes.js';
import { startStores, type Stores } from './stores.js';

/** Who makes and revokes keys in tests. */
export const TESTER: Initiator = { actor: { type: 'operator', id: 'test' } };

export interface TestKey {
  readonly id: ApiKeyId;
  readonly userId: string;
  readonly key: string;
}

/** The service in this process, on stores of its own. */
export interface Stack extends Stores {
  readonly url: string;
  /** The running service, to look things up in. */
  readonly app: RunningService['app'];
  /** Everything the service has logged. */
  readonly log: () => string;
  /** Resolves once the models are warm. */
  ready(): Promise<void>;
  createKey(options?: {
    user?: string;
    scopes?: readonly Scope[];
    expiresAt?: Date;
  }): Promise<TestKey>;
  revoke(key: TestKey): Promise<void>;
  /** The service's own rules about keys. */
  readonly keys: KeysService;
  /** Empties the service-wide bucket's memory, so that tests do not limit each other. */
  refillBucket(): Promise<void>;
  /** Makes every look-up of a key in PostgreSQL wait until it is released. */
  lockDirectory(): Promise<{ release(): Promise<void> }>;
  /** How many keys Redis holds. */
  redisKeys(): Promise<number>;
  /** How many commands Redis, and how many statements PostgreSQL, were sent so far. */
  workDone(): Promise<{ redis: number; postgres: number }>;
}

export async function startStack(
  environment: Record<string, string> = {},
  { worker = false } = {},
): Promise<Stack> {
  const stores = await startStores();
  const statements = jest.spyOn(pg.Client.prototype, 'query');
  const redis = new Redis(stores.redisUrl);
  const lines: string[] = [];
  const options = {
    environment: {
      PORT: '0',
      ...stores.environment,
      ENGINE_WORKERS: '1',
      ...environment,
    },
    logDestination: { write: (line: string) => void lines.push(line) },
  };
  const service: RunningService = await createService(visionApi, options);
  const working = worker ? await createWorker(visionWorker, options) : undefined;
  const keys = service.app.get(KeysService, { strict: false });

  return {
    ...stores,
    url: service.url,
    app: service.app,
    log: () => lines.join(''),
    keys,
    async ready() {
      for (;;) {
        const response = await fetch(`${service.url}/health/ready`);
        if (response.status === 200) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async createKey({ user = 'ada@example.com', scopes = SCOPES, expiresAt } = {}) {
      const { apiKey, key } = await keys.create(
        user,
        { mode: 'test', name: '', scopes, expiresAt },
        TESTER,
      );
      return { id: apiKey.id, userId: apiKey.userId, key: key.reveal() };
    },
    async revoke({ userId, id }) {
      await keys.revoke(userId, id, TESTER);
    },
    async refillBucket() {
      await redis.del(bucketKey('nomosly'));
    },
    async lockDirectory() {
      const client = new pg.Client({ connectionString: stores.databaseUrl });
      await client.connect();
      await client.query('BEGIN');
      await client.query('LOCK TABLE api_key_directory IN ACCESS EXCLUSIVE MODE');
      return {
        async release() {
          await client.query('ROLLBACK');
          await client.end();
        },
      };
    },
    redisKeys: () => redis.dbsize(),
    async workDone() {
      const info = await redis.info('commandstats');
      const calls = [...info.matchAll(/^cmdstat_(?<command>[^:]+):calls=(?<calls>\d+)/gmu)]
        .filter(
          (match) => !/^(?:info|ping|client|auth|del)/u.test(match.groups?.['command'] ?? ''),
        )
        .reduce((sum, match) => sum + Number(match.groups?.['calls']), 0);
      return { redis: calls, postgres: statements.mock.calls.length };
    },
    async stop() {
      await working?.close();
      await service.close();
      redis.disconnect();
      statements.mockRestore();
      await stores.stop();
    },
  };
}
