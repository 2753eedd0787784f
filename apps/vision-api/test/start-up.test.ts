import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMPILED } from '@nomo/local/testing';
import { createService, type Running } from '@nomo/service-kit';
import { spawn } from 'node:child_process';
import path from 'node:path';
import pg from 'pg';
import { visionApi } from '../src/definition.js';
import { startStores, type Stores } from './support/stores.js';

/** The smallest of the services: it loads no engine. */
const SERVICE_ROLE = 'billing';

describe('a process that starts', () => {
  let stores: Stores;
  let sql: pg.Client;
  let log: string;

  beforeAll(async () => {
    stores = await startStores();
    sql = new pg.Client({ connectionString: stores.databaseUrl });
    await sql.connect();
  });
  afterAll(async () => {
    await sql.end();
    await stores.stop();
  });

  const start = (environment: Record<string, string> = {}): Promise<Running> => {
    log = '';
    return createService(visionApi, {
      environment: { ...stores.environment, PORT: '0', SERVICE_ROLE, ...environment },
      logDestination: { write: (line: string) => void (log += line) },
    });
  };

  /** Runs a built program until it ends. */
  const run = async (
    program: string,
    environment: Record<string, string>,
  ): Promise<{ exitCode: number | null; stderr: string }> => {
    const file = path.resolve(import.meta.dirname, '../dist', program);
    const child = spawn(process.execPath, [file], {
      env: {
        PATH: process.env['PATH'],
        ...COMPILED,
        ...stores.environment,
        PORT: '0',
        ...environment,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const exitCode = await new Promise<number | null>((resolve) =>
      child.once('close', resolve),
    );
    return { exitCode, stderr };
  };

  it('is ready when each of its roles is held to its function', async () => {
    const running = await start();
    expect((await fetch(`${running.url ?? ''}/health/ready`)).status).toBe(200);
    await running.close();
  });

  it.each(['DATABASE_URL_BILLING', 'DATABASE_URL_VISION'])(
    'refuses when %s signs in as somebody else',
    async (variable) => {
      const refusal: unknown = await start({ [variable]: stores.databaseUrl }).catch(
        (error: unknown) => error,
      );
      expect(String(refusal)).toContain(`${variable}: signs in as postgres`);
      expect(String(refusal)).toMatch(/let it sign in as nomosly_/u);
    },
  );

  it('refuses when the worker signs in as somebody else, in a sentence', async () => {
    const outcome = await run('worker.js', {
      DATABASE_URL_WORKER: stores.urls.get('vision') ?? '',
    });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toMatch(
      /^vision-worker cannot start: the environment is wrong:\n {2}DATABASE_URL_WORKER: signs in as nomosly_vision, [^\n]*\n$/u,
    );
  });

  it.each(['keys', 'webhook', 'admin', 'worker'])(
    'refuses to be %s, which has no routes',
    async (serviceRole) => {
      const { exitCode, stderr } = await run('main.js', { SERVICE_ROLE: serviceRole });
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        'SERVICE_ROLE: has no routes to serve: set all, vision, billing or console',
      );
    },
  );

  it('refuses when customers are not kept apart, and says once what and what cures it', async () => {
    await sql.query('ALTER TABLE users NO FORCE ROW LEVEL SECURITY');
    const refusal: unknown = await start().catch((error: unknown) => error);
    await sql.query('ALTER TABLE users FORCE ROW LEVEL SECURITY');
    const sentences = String(refusal).match(/table users .*FORCE ROW LEVEL SECURITY/gu);
    expect(sentences).toHaveLength(1);
    expect(String(refusal)).toContain('Run "prisma migrate deploy"');
    await (await start()).close();
  });

  it('waits for a PostgreSQL that is away, and is not ready until it has checked it', async () => {
    const url = new URL(stores.urls.get('billing') ?? '');
    // The database is not there yet.
    const name = url.pathname.slice(1);
    url.pathname = `/${name}_later`;
    const running = await start({ DATABASE_URL_BILLING: url.href });
    const ready = await fetch(`${running.url ?? ''}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ notReady: ['database'] });
    expect(log).toContain('could not be checked yet');
    await running.close();
  });
});
