import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from '@jest/globals';
import { Redis } from 'ioredis';
import { Client } from 'pg';

import { identify, isAlive } from '../process-lock.mjs';
import {
  createTestDatabase,
  type PrivatePostgres,
  startPostgres,
  startRedis,
} from '../src/testing.ts';
import { removeLeftovers } from '../src/testing/database.ts';
import { endScripts, runScript, until } from './processes.ts';

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

afterEach(endScripts);

describe('a private Redis', () => {
  it('keeps its data and its address over a kill and a restart', async () => {
    const redis = await startRedis();
    const client = new Redis(redis.url, {
      retryStrategy: () => 20,
      maxRetriesPerRequest: null,
    });
    client.on('error', () => undefined);
    try {
      const first = redis.pid;
      await client.set('kept', 'yes');
      await redis.kill();
      expect(identify(first)).toBeUndefined();
      expect(() => redis.pid).toThrow('does not run');
      await redis.start();
      expect(redis.pid).not.toBe(first);
      expect(await client.get('kept')).toBe('yes');
      await redis.restart();
      expect(await client.get('kept')).toBe('yes');
    } finally {
      client.disconnect();
      await redis.stop();
    }
  }, 30_000);

  it('answers nothing while it is paused, and can be stopped then', async () => {
    const redis = await startRedis();
    const client = new Redis(redis.url);
    client.on('error', () => undefined);
    try {
      await client.ping();
      redis.pause();
      let answered = false;
      const answer = client.ping().finally(() => {
        answered = true;
      });
      await until(() => /^State:\s+T/m.test(statusOf(redis.pid)));
      expect(answered).toBe(false);
      redis.resume();
      await expect(answer).resolves.toBe('PONG');
      redis.pause();
    } finally {
      client.disconnect();
      const self = identify(redis.pid);
      await redis.stop();
      expect(self && isAlive(self)).toBe(false);
    }
  }, 30_000);

  it('takes settings of its own', async () => {
    const redis = await startRedis({ settings: { appendonly: 'no' } });
    const client = new Redis(redis.url);
    try {
      expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'no']);
    } finally {
      client.disconnect();
      await redis.stop();
    }
  }, 30_000);

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'dies with a test process that gets %s, and its folder goes too',
    async (signal) => {
      const script = runScript(`
        const { startRedis } = await source('src/testing.ts');
        const { Redis } = await import('ioredis');
        const redis = await startRedis();
        const client = new Redis(redis.url);
        console.log(redis.pid);
        console.log((await client.config('GET', 'dir'))[1]);
      `);
      const self = identify(Number(await script.line()));
      const folder = path.dirname(await script.line());
      if (self === undefined) throw new Error('The server runs');
      expect(existsSync(folder)).toBe(true);
      script.child.kill(signal);
      await script.done;
      await until(() => !isAlive(self) && !existsSync(folder));
    },
    30_000,
  );

  it('keeps no process waiting that forgot to stop it', async () => {
    const script = runScript(`
      const { startRedis } = await source('src/testing.ts');
      console.log((await startRedis()).pid);
    `);
    const self = identify(Number(await script.line()));
    expect(await script.done).toMatchObject({ code: 0 });
    await until(() => self === undefined || !isAlive(self));
  }, 30_000);
});

describe('a private PostgreSQL', () => {
  it('recovers what was committed before it crashed', async () => {
    const postgres = await startPostgres();
    try {
      await query(postgres.adminUrl, 'create table kept as select 42 as answer');
      await postgres.kill();
      await expect(query(postgres.adminUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
      await postgres.start();
      expect(await query(postgres.adminUrl, 'select answer from kept')).toEqual([
        { answer: 42 },
      ]);
    } finally {
      await postgres.stop();
    }
  }, 60_000);

  it('dies with its process', async () => {
    const script = runScript(`
      const { startPostgres } = await source('src/testing.ts');
      console.log((await startPostgres()).pid);
      setInterval(() => {}, 1000);
    `);
    const self = identify(Number(await script.line()));
    if (self === undefined) throw new Error('The server runs');
    script.child.kill('SIGKILL');
    await until(() => !isAlive(self));
  }, 60_000);
});

describe('a test database', () => {
  let postgres: PrivatePostgres;
  let migrationsDir: string;

  beforeAll(async () => {
    // Many databases are made and dropped here, and none has to survive anything.
    postgres = await startPostgres({ settings: { fsync: 'off' } });
  }, 60_000);
  afterAll(() => postgres.stop());
  beforeEach(() => {
    migrationsDir = mkdtempSync(path.join(tmpdir(), 'nomo-migrations-'));
    mkdirSync(path.join(migrationsDir, '1_init'));
    writeFileSync(path.join(migrationsDir, '1_init', 'migration.sql'), 'create table item ()');
  });
  afterEach(async () => {
    rmSync(migrationsDir, { recursive: true });
    for (const name of await databases()) {
      await query(postgres.adminUrl, `alter database "${name}" is_template false`);
      await query(postgres.adminUrl, `drop database "${name}" with (force)`);
    }
  });

  const databases = async (): Promise<string[]> =>
    (
      await query<{ datname: string }>(
        postgres.adminUrl,
        `select datname from pg_database where datname like 'nomo%' order by oid`,
      )
    ).map((row) => row.datname);

  /** Makes a table, slowly enough for others to come by. */
  const migrate = async (url: string): Promise<void> => {
    await query(url, 'create table item (id int primary key)');
    await query(url, 'select pg_sleep(0.2)');
  };
  const create = (change = migrate): ReturnType<typeof createTestDatabase> =>
    createTestDatabase({
      name: 'spec',
      adminUrl: postgres.adminUrl,
      migrationsDir,
      migrate: change,
    });

  it('is migrated once, however many ask at once, and each has its own', async () => {
    let migrations = 0;
    const all = await Promise.all(
      Array.from({ length: 8 }, () =>
        create(async (url) => {
          migrations += 1;
          await migrate(url);
        }),
      ),
    );
    expect(migrations).toBe(1);
    expect(new Set(all.map(({ name }) => name)).size).toBe(8);
    const [first, second] = all;
    if (!first || !second) throw new Error('Eight were made');
    await query(first.url, 'insert into item values (1)');
    expect(await query(second.url, 'select * from item')).toEqual([]);
    await Promise.all(all.map((database) => database.drop()));
    expect(await databases()).toEqual([expect.stringMatching(/^nomo_template_spec_/)]);
  }, 60_000);

  it('is migrated once by processes that ask at once', async () => {
    const scripts = Array.from({ length: 4 }, () =>
      runScript(`
        const { createTestDatabase } = await source('src/testing.ts');
        const { Client } = await import('pg');
        await createTestDatabase({
          name: 'spec',
          adminUrl: ${JSON.stringify(postgres.adminUrl)},
          migrationsDir: ${JSON.stringify(migrationsDir)},
          migrate: async (connectionString) => {
            console.log('migrating');
            const client = new Client({ connectionString });
            await client.connect();
            await client.query('create table item (); select pg_sleep(0.3)');
            await client.end();
          },
        });
      `),
    );
    const ends = await Promise.all(scripts.map((script) => script.done));
    expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(ends.filter(({ output }) => output.includes('migrating'))).toHaveLength(1);
  }, 60_000);

  it('is never a copy of a template that a killed run has left half made', async () => {
    const killed = runScript(`
      const { createTestDatabase } = await source('src/testing.ts');
      const { Client } = await import('pg');
      await createTestDatabase({
        name: 'spec',
        adminUrl: ${JSON.stringify(postgres.adminUrl)},
        migrationsDir: ${JSON.stringify(migrationsDir)},
        migrate: async (connectionString) => {
          const client = new Client({ connectionString });
          await client.connect();
          await client.query('create table half (id int)');
          console.log('half way');
          await client.query('select pg_sleep(3600)');
        },
      });
    `);
    await killed.line();
    killed.child.kill('SIGKILL');
    await killed.done;
    const database = await create();
    expect(
      await query(database.url, `select tablename from pg_tables where schemaname = 'public'`),
    ).toEqual([{ tablename: 'item' }]);
    expect((await databases()).filter((name) => name.endsWith('_draft'))).toEqual([]);
  }, 60_000);

  it('is tried again after a migration that failed', async () => {
    await expect(create(() => Promise.reject(new Error('no such type')))).rejects.toThrow(
      'no such type',
    );
    await (await create()).drop();
  }, 60_000);

  it('has a template for each state of the migrations', async () => {
    await create();
    writeFileSync(
      path.join(migrationsDir, '1_init', 'migration.sql'),
      'create table item (id int)',
    );
    await create();
    expect((await databases()).filter((name) => name.startsWith('nomo_template'))).toHaveLength(
      2,
    );
  }, 60_000);

  it('is removed later when its run was killed; the living keep theirs', async () => {
    const killed = runScript(`
      const { createTestDatabase } = await source('src/testing.ts');
      const { name } = await createTestDatabase({
        name: 'spec',
        adminUrl: ${JSON.stringify(postgres.adminUrl)},
        migrationsDir: ${JSON.stringify(migrationsDir)},
        migrate: async () => {},
      });
      console.log(name);
      setInterval(() => {}, 1000);
    `);
    const left = await killed.line();
    const ours = await create();
    await removeLeftovers(postgres.adminUrl);
    expect(await databases()).toEqual(expect.arrayContaining([left, ours.name]));
    killed.child.kill('SIGKILL');
    await killed.done;
    await removeLeftovers(postgres.adminUrl);
    expect(await databases()).toContain(ours.name);
    expect(await databases()).not.toContain(left);
  }, 60_000);

  it('has at most three templates a name left behind it', async () => {
    for (let state = 0; state < 5; state += 1) {
      writeFileSync(path.join(migrationsDir, 'state'), String(state));
      await (await create(() => Promise.resolve())).drop();
    }
    const before = await databases();
    await removeLeftovers(postgres.adminUrl);
    expect(await databases()).toEqual(before.slice(-3));
  }, 60_000);

  it('has the rights on itself that its migrations left', async () => {
    writeFileSync(path.join(migrationsDir, 'state'), 'revokes');
    const temporary = async ({ url }: { url: string }): Promise<unknown> =>
      query(
        url,
        `select has_database_privilege('public', current_database(), 'TEMPORARY') as allowed`,
      );
    const database = await create(async (url) => {
      const name = new URL(url).pathname.slice(1);
      await query(url, `revoke temporary on database "${name}" from public`);
    });
    expect(await temporary(database)).toEqual([{ allowed: false }]);
    writeFileSync(path.join(migrationsDir, 'state'), 'revokes nothing');
    expect(await temporary(await create(() => Promise.resolve()))).toEqual([{ allowed: true }]);
  }, 60_000);

  it('has a name that PostgreSQL takes whole', async () => {
    const database = await createTestDatabase({
      name: 'a_name_of_20_letters',
      adminUrl: postgres.adminUrl,
      migrationsDir,
      migrate,
    });
    expect(await databases()).toContain(database.name);
    await expect(createTestDatabase({ name: 'Ä', migrationsDir, migrate })).rejects.toThrow(
      'cannot name a test database',
    );
  }, 60_000);
});

function statusOf(pid: number): string {
  return readFileSync(`/proc/${pid}/status`, 'utf8');
}
