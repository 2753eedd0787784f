import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditDrain } from '@nomo/audit';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { WorkerDatabase } from '../src/database/doors.js';
import { Pools } from '../src/database/pools.js';
import { runCommand, type CommandOutcome } from './support/commands.js';
import { startStores, type Stores } from './support/stores.js';

describe('npm run nomosly -- audit', () => {
  let stores: Stores;
  let sql: pg.Client;
  let userId: string;
  let folder: string;
  let checkpoints: Record<string, string>;

  const nomosly = (...args: string[]): Promise<CommandOutcome> =>
    runCommand({ environment: { ...stores.environment, ...checkpoints } }, args);

  beforeAll(async () => {
    stores = await startStores();
    sql = new pg.Client({ connectionString: stores.databaseUrl });
    await sql.connect();
    folder = mkdtempSync(path.join(tmpdir(), 'nomo-checkpoints-'));
    checkpoints = {
      AUDIT_CHECKPOINTS: folder,
      AUDIT_CHECKPOINT_KEY: generateKeyPairSync('ed25519')
        .privateKey.export({ type: 'pkcs8', format: 'pem' })
        .toString(),
    };
    const made = await nomosly(
      ...['keys', 'create', '--user', 'ada@example.com', '--scopes', 'all', '--json'],
    );
    await nomosly('keys', 'revoke', (JSON.parse(made.stdout) as { id: string }).id);
    const { rows } = await sql.query<{ user_id: string }>(
      `SELECT user_id FROM user_directory WHERE email = 'ada@example.com'`,
    );
    userId = rows[0]?.user_id ?? '';
    const pools = new Pools(stores.urls);
    await new AuditDrain(new WorkerDatabase(pools.of('worker'))).drain(userId);
    await pools.onApplicationShutdown();
  });
  afterAll(async () => {
    await sql.end();
    await stores.stop();
    rmSync(folder, { recursive: true });
  });

  it('export tells who did what at the terminal', async () => {
    const { exitCode, stdout } = await nomosly('audit', 'export', '--tenant', userId);
    expect(exitCode).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ action }) => action)).toEqual([
      'user.created',
      'api_key.created',
      'api_key.revoked',
    ]);
    expect(JSON.stringify(events[0])).toMatch(/"type":"operator"/u);
    expect(stdout).not.toContain('ada@example.com');
  });

  it('checkpoint signs, and verify finds everything whole', async () => {
    const signed = await nomosly('audit', 'checkpoint');
    expect(signed.stdout).toMatch(/^1 chain signed/u);
    const { exitCode, stdout } = await nomosly('audit', 'verify');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^whole: 1 chain, 3 events, 1 checkpoint file /u);
  });

  it('checkpoint needs the private key', async () => {
    const { exitCode, stderr } = await runCommand(stores, ['audit', 'checkpoint']);
    expect(exitCode).not.toBe(0);
    expect(stderr).toMatch(/no signing key/u);
  });

  it('verify names the row that somebody has changed, and fails', async () => {
    await sql.query(`ALTER TABLE audit_events DISABLE TRIGGER ALL`);
    await sql.query(
      `UPDATE audit_events SET actor_id = 'somebody else' WHERE tenant_id = $1 AND seq = 2`,
      [userId],
    );
    await sql.query(`ALTER TABLE audit_events ENABLE ALWAYS TRIGGER audit_events_append_only`);
    const { exitCode, stdout } = await nomosly('audit', 'verify', '--tenant', userId);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`changed: tenant ${userId} row 2`);
  });
});
