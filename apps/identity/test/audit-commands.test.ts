import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWorker, type Running } from '@nomo/service-kit';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { identityWorker } from '../src/definition.js';
import { runCommand } from './support/commands.js';
import { startStores, type Stores } from './support/stores.js';

describe('the audit trail at the command line', () => {
  let stores: Stores;
  let owner: pg.Client;
  let folder: string;
  let environment: Record<string, string>;
  let worker: Running;
  let orgId: string;

  const namoid = (...args: string[]): ReturnType<typeof runCommand> =>
    runCommand(environment, args);

  const until = async (done: () => Promise<boolean>): Promise<void> => {
    while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 25));
  };

  const chained = async (): Promise<number> => {
    const { rows } = await owner.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM audit_events',
    );
    return rows[0]?.count ?? 0;
  };

  beforeAll(async () => {
    stores = await startStores();
    owner = new pg.Client({ connectionString: stores.databaseUrl });
    await owner.connect();
    folder = mkdtempSync(path.join(tmpdir(), 'namoid-checkpoints-'));
    const { privateKey } = generateKeyPairSync('ed25519');
    environment = {
      ...stores.environment,
      BASE_URL: 'http://localhost:4000',
      AUDIT_CHECKPOINTS: folder,
      AUDIT_CHECKPOINT_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    const made = await namoid('organizations', 'create', '--slug', 'acme', '--name', 'Acme');
    expect(made.exitCode).toBe(0);
    const user = ['users', 'create', '--organization', 'acme', '--email', 'ada@example.com'];
    expect((await namoid(...user)).exitCode).toBe(0);
    const { rows } = await owner.query<{ id: string }>('SELECT id FROM organizations');
    orgId = rows[0]?.id ?? '';
    worker = await createWorker(identityWorker, {
      environment,
      logDestination: { write: () => undefined },
    });
    await until(async () => (await chained()) > 0);
  });
  afterAll(async () => {
    await worker.close();
    await owner.end();
    await stores.stop();
    rmSync(folder, { recursive: true });
  });

  it('is signed by a worker that has a key, and one that has none says so', async () => {
    const saysItSignsNothing = async (
      of: Readonly<Record<string, string>>,
    ): Promise<boolean> => {
      const lines: string[] = [];
      const other = await createWorker(identityWorker, {
        environment: of,
        logDestination: { write: (line: string) => void lines.push(line) },
      });
      await other.close();
      return lines.join('').includes('No audit checkpoints are signed');
    };
    expect(await saysItSignsNothing({ ...environment, AUDIT_CHECKPOINT_KEY: '' })).toBe(true);
    expect(await saysItSignsNothing(environment)).toBe(false);
  });

  it('is signed when somebody asks, and found whole', async () => {
    expect((await namoid('audit', 'checkpoint')).stdout).toMatch(/^\d chains? signed/u);
    const { exitCode, stdout } = await namoid('audit', 'verify', '--at-least', '1');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^whole: 1 chain, \d+ events, \d+ checkpoint files? /u);
  });

  it('is exported with who did what, without what may have to be erased', async () => {
    const { stdout } = await namoid('audit', 'export', '--tenant', orgId);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { action: string; actor: unknown });
    expect(events.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['organization.created', 'user.created']),
    );
    expect(events[0]?.actor).toMatchObject({ type: 'operator' });
    expect(stdout).not.toContain('ada@example.com');
  });

  it('is not exported of a tenant that is unknown', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    const { exitCode, stdout, stderr } = await namoid('audit', 'export', '--tenant', nobody);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^There are no events of a tenant 0{8}-/u);
  });

  it('shows that its end was cut off, head and all', async () => {
    await worker.close();
    expect((await namoid('audit', 'checkpoint')).exitCode).toBe(0);
    const last = await chained();
    await owner.query('ALTER TABLE audit_events DISABLE TRIGGER ALL');
    await owner.query('ALTER TABLE audit_heads DISABLE TRIGGER ALL');
    await owner.query('DELETE FROM audit_events WHERE seq = $1', [last]);
    await owner.query(
      `UPDATE audit_heads SET seq = $1, hash = (
         SELECT hash FROM audit_events WHERE seq = $1 AND tenant_id = audit_heads.tenant_id)`,
      [last - 1],
    );
    const { exitCode, stdout } = await namoid('audit', 'verify');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^\d+ FINDINGS?:/mu);
    expect(stdout).toContain(`tenant ${orgId} row ${last}`);
  });

  it('refuses a checkpoint key that is none, without repeating it', async () => {
    const key = '/nowhere/checkpoints.pem';
    const { exitCode, stderr } = await runCommand(
      { ...environment, AUDIT_CHECKPOINT_KEY: key },
      ['audit', 'verify'],
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/AUDIT_CHECKPOINT_KEY: names a file that cannot be read/u);
    expect(stderr).not.toContain(key);
  });
});
