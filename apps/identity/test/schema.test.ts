import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { startStores, type Stores } from './support/stores.js';

const app = path.resolve(import.meta.dirname, '..');

describe('the migrations', () => {
  let stores: Stores;

  beforeAll(async () => {
    stores = await startStores();
  });
  afterAll(() => stores.stop());

  it('make what the schema describes', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        path.join(app, 'node_modules/prisma/build/index.js'),
        ...['migrate', 'diff', '--from-config-datasource'],
        ...['--to-schema', 'prisma/schema.prisma', '--script'],
      ],
      {
        cwd: app,
        env: {
          PATH: process.env['PATH'],
          CHECKPOINT_DISABLE: '1',
          DATABASE_URL: stores.databaseUrl,
        },
      },
    );
    expect(stdout.trim()).toBe('-- This is an empty migration.');
  });

  it.each([
    'sessions',
    'security_events',
    'authorization_codes',
    'refresh_tokens',
    'audit_events',
  ])('make eight partitions of %s', async (table) => {
    const client = new pg.Client({ connectionString: stores.databaseUrl });
    await client.connect();
    const { rowCount } = await client.query(
      `SELECT FROM pg_inherits WHERE inhparent = $1::regclass`,
      [table],
    );
    await client.end();
    expect(rowCount).toBe(8);
  });
});
