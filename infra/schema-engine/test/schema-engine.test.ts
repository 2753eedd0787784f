import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from '@jest/globals';
import { type PrivatePostgres, startPostgres } from '@nomo/local/testing';
import { stat } from 'node:fs/promises';
import pg from 'pg';
import { callEngine, createProject, schemaEngine, type Project } from './prisma-cli.js';

const driftFromDatabase =
  'migrate diff --from-config-datasource --to-schema schema.prisma --exit-code';
const driftFromMigrations =
  'migrate diff --from-migrations migrations --to-schema schema.prisma --exit-code';

let server: PrivatePostgres;
let databaseUrl: string;
let project: Project;

beforeAll(async () => {
  server = await startPostgres();
  databaseUrl = urlOf('app');
  await asAdmin('CREATE DATABASE deployed');
  project = await createProject(urlOf('deployed'));
  const { exitCode, output } = await project.prisma('migrate deploy');
  await project.remove();
  expect(output).toContain('All migrations have been successfully applied.');
  expect(exitCode).toBe(0);
});
afterAll(() => server.stop());

/** Every test begins in a folder of its own and with the fixture's migration deployed. */
beforeEach(async () => {
  project = await createProject(databaseUrl);
  await asAdmin('CREATE DATABASE app TEMPLATE deployed');
});
afterEach(async () => {
  await asAdmin('DROP DATABASE app WITH (FORCE)');
  await project.remove();
});

function urlOf(database: string): string {
  const url = new URL(server.adminUrl);
  url.pathname = `/${database}`;
  return url.href;
}

function asAdmin(sql: string): Promise<unknown> {
  return queryAs(server.adminUrl, sql);
}

function query(sql: string): Promise<Record<string, unknown>[]> {
  return queryAs(databaseUrl, sql);
}

async function queryAs(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result = await client.query<Record<string, unknown>>(sql);
    return result.rows;
  } finally {
    await client.end();
  }
}

function shadowDatabases(): Promise<unknown[]> {
  return query(`SELECT datname FROM pg_database WHERE datname LIKE 'prisma_migrate_shadow%'`);
}

describe('the schema engine behind the Prisma CLI', () => {
  it('is executable, as the CLI starts it by its path', async () => {
    expect((await stat(schemaEngine)).mode & 0o111).toBe(0o111);
  });

  it('applies migrations with function bodies, semicolons in strings and hash partitions', async () => {
    const partitions = await query(
      `SELECT count(*)::int AS count FROM pg_inherits WHERE inhparent = 'events'::regclass`,
    );
    expect(partitions).toEqual([{ count: 4 }]);
    await query(`INSERT INTO owners (name) VALUES ('a')`);
    await query(`INSERT INTO events (owner_id, note) SELECT id, 'x' FROM owners`);
    await expect(query(`DELETE FROM events`)).rejects.toThrow('a; semicolon; in a string');
    expect(await project.prisma('migrate deploy')).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('No pending migrations'),
    });
  });

  it('sees no drift after a deploy, neither in the database nor in the migrations', async () => {
    for (const diff of [driftFromDatabase, driftFromMigrations]) {
      const { exitCode, output } = await project.prisma(diff);
      expect(output).toContain('No difference detected.');
      expect(exitCode).toBe(0);
    }
    expect(await shadowDatabases()).toEqual([]);
  });

  it('sees drift in the database, and writes the script that mends it', async () => {
    await query('ALTER TABLE owners ADD COLUMN stray text; DROP TABLE events');
    const { exitCode, output } = await project.prisma(driftFromDatabase);
    expect(exitCode).toBe(2);
    expect(output).toContain('stray');
    const script = await project.prisma(`${driftFromDatabase} --script`);
    expect(script.output).toContain('DROP COLUMN "stray"');
    expect(script.output).toContain('CREATE TABLE "events"');
  });

  it('sees a schema that has no migration', async () => {
    await project.write('schema.prisma', schemaWith('model Fresh { id Int @id }'));
    const { exitCode, output } = await project.prisma(driftFromMigrations);
    expect(exitCode).toBe(2);
    expect(output).toContain('Fresh');
  });

  it('compares two schemas while the database does not exist yet', async () => {
    const missing = new URL(databaseUrl);
    missing.pathname += '_missing';
    const folder = await createProject(missing.href);
    const { exitCode, output } = await folder.prisma(
      'migrate diff --from-empty --to-schema schema.prisma --script',
    );
    await folder.remove();
    expect(output).toContain('CREATE TABLE "owners"');
    expect(exitCode).toBe(0);
  });

  it('creates a database that does not exist yet, and deploys to it', async () => {
    const fresh = new URL(databaseUrl);
    fresh.pathname += '_fresh';
    const folder = await createProject(fresh.href);
    const { exitCode, output } = await folder.prisma('migrate deploy');
    await folder.remove();
    await query(`DROP DATABASE "${fresh.pathname.slice(1)}" WITH (FORCE)`);
    expect(output).toContain('All migrations have been successfully applied.');
    expect(exitCode).toBe(0);
  });

  it('tells whether migrations are pending', async () => {
    expect(await project.prisma('migrate status')).toMatchObject({ exitCode: 0 });
    await project.write('migrations/20260102000000_next/migration.sql', 'SELECT 1;');
    const { exitCode, output } = await project.prisma('migrate status');
    expect(exitCode).toBe(1);
    expect(output).toContain('20260102000000_next');
  });

  it('resets to the migrations', async () => {
    await query(`CREATE TABLE stray (id int); INSERT INTO owners (name) VALUES ('a')`);
    expect(await project.prisma('migrate reset --force')).toMatchObject({ exitCode: 0 });
    expect(await query(`SELECT to_regclass('stray') AS stray`)).toEqual([{ stray: null }]);
    expect(await query('SELECT count(*)::int AS count FROM owners')).toEqual([{ count: 0 }]);
  });

  it('is in sync for `migrate dev` after a deploy, and leaves no shadow database', async () => {
    const { exitCode, output } = await project.prisma('migrate dev');
    expect(output).toContain('Already in sync');
    expect(exitCode).toBe(0);
    expect(await shadowDatabases()).toEqual([]);
  });

  it('pushes a schema to an empty database, and pulls it back', async () => {
    await query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
    expect(await project.prisma('db push')).toMatchObject({ exitCode: 0 });
    await project.write('schema.prisma', 'datasource db {\n  provider = "postgresql"\n}\n');
    const { exitCode, output } = await project.prisma('db pull --print');
    expect(exitCode).toBe(0);
    expect(output).toMatch(/model events \{/);
    expect(output).toMatch(/enum Colour \{/);
    expect(output).toMatch(/onDelete: Cascade/);
  });

  it('stops at a failed migration with the SQL error and leaves nothing of it behind', async () => {
    await project.write(
      'migrations/20260102000000_bad/migration.sql',
      'CREATE TABLE half (id int); SELECT 1/0;',
    );
    const { exitCode, output } = await project.prisma('migrate deploy');
    expect(exitCode).toBe(1);
    expect(output).toContain('20260102000000_bad');
    expect(output).toContain('division by zero');
    expect(await query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }]);
    const again = await project.prisma('migrate deploy');
    expect(again.exitCode).toBe(1);
    expect(again.output).toContain('P3009');
    const resolved = await project.prisma('migrate resolve --rolled-back 20260102000000_bad');
    expect(resolved.exitCode).toBe(0);
  });

  it('lets one of two simultaneous deploys wait for the other', async () => {
    await project.write(
      'migrations/20260102000000_once/migration.sql',
      'SELECT pg_sleep(1); CREATE TABLE once (id int);',
    );
    const outcomes = await Promise.all([
      project.prisma('migrate deploy'),
      project.prisma('migrate deploy'),
    ]);
    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const applied = outcomes.filter(({ output }) => output.includes('successfully applied'));
    expect(applied).toHaveLength(1);
  });

  it('names the server when it cannot be reached', async () => {
    const { exitCode, output } = await project.prisma('migrate deploy', {
      DATABASE_URL: 'postgres://postgres@127.0.0.1:1/nowhere',
    });
    expect(exitCode).toBe(1);
    expect(output).toContain('P1001');
    expect(output).toContain('127.0.0.1:1');
  });

  it('makes the CLI fail, with the reason, when the engine panics', async () => {
    const { exitCode, output } = await project.prisma('migrate deploy', {
      FORCE_PANIC_SCHEMA_ENGINE: '1',
    });
    expect(exitCode).toBe(1);
    expect(output).toContain('debugPanic artificial panic');
  });

  it('answers the pending call when the engine traps outside of it', async () => {
    const emptySchema = { tag: 'schemaDatamodel', files: [] };
    const { exitCode, output } = await callEngine(databaseUrl, {
      jsonrpc: '2.0',
      id: 7,
      method: 'diff',
      params: {
        from: { tag: 'empty' },
        to: emptySchema,
        script: true,
        shadowDatabaseUrl: null,
        exitCode: null,
        filters: { externalTables: [], externalEnums: [] },
      },
    });
    expect(exitCode).toBe(1);
    const answer = output.split('\n').find((line) => line.includes('"id":7'));
    expect(answer).toContain('must be called with at least one file');
  });

  it('refuses a method that the engine does not have', async () => {
    const { output } = await callEngine(databaseUrl, { id: 1, method: 'nothing', params: {} });
    expect(output).toContain('The engine has no method nothing.');
  });
});

function schemaWith(model: string): string {
  return `datasource db {\n  provider = "postgresql"\n}\n${model.replace('{', '{\n').replace('}', '\n}')}\n`;
}
