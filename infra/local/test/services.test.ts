import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';

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
import { Failure } from '../src/failure.ts';
import { type Layout, openLayout } from '../src/layout.ts';
import { isListening } from '../src/ports.ts';
import { findPostgres } from '../src/postgres/binaries.ts';
import { findRunning } from '../src/postgres/server.ts';
import { Progress } from '../src/progress.ts';
import { type OpenServices, openServices, stopServices } from '../src/services.ts';
import { type Settings } from '../src/settings.ts';
import { findFreePort } from '../src/testing/free-port.ts';
import { endScripts, runProgram, runScript, type Script, until } from './processes.ts';

/** One folder for all tests, in a path with a space: data outlives the servers. */
let layout: Layout;
let settings: Settings;

beforeAll(() => {
  const local = mkdtempSync(path.join(tmpdir(), 'nomo services '));
  chmodSync(local, 0o711);
  layout = openLayout(local);
});
beforeEach(async () => {
  settings = { postgresPort: await findFreePort(), redisPort: await findFreePort() };
});
afterEach(async () => {
  endScripts();
  await stopServices(layout);
});
afterAll(() => {
  rmSync(layout.local, { recursive: true });
});

/** Every line that was shown. */
let shown: PassThrough;
const open = async (changes: Partial<Settings> = {}): Promise<OpenServices> => {
  shown = new PassThrough();
  return openServices({
    layout,
    settings: { ...settings, ...changes },
    purpose: 'test',
    progress: new Progress(shown),
  });
};

/** The same in a process of its own: says when it is up, and closes when a line comes in. */
const openElsewhere = (): Script =>
  runScript(`
    import { PassThrough } from 'node:stream';
    const { openLayout } = await source('src/layout.ts');
    const { openServices } = await source('src/services.ts');
    const { Progress } = await source('src/progress.ts');
    const services = await openServices({
      layout: openLayout(${JSON.stringify(layout.local)}),
      settings: ${JSON.stringify(settings)},
      purpose: 'another',
      progress: new Progress(new PassThrough()),
    });
    console.log('up');
    await new Promise((resolve) => process.stdin.once('data', resolve));
    await services.close();
    process.exit();
  `);
const closeElsewhere = async (script: Script): Promise<void> => {
  script.child.stdin?.write('close\n');
  expect(await script.done).toMatchObject({ code: 0 });
};

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function redis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url, { maxRetriesPerRequest: 0, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

const isUp = async (): Promise<boolean[]> =>
  Promise.all([isListening(settings.postgresPort), isListening(settings.redisPort)]);

describe('the local servers', () => {
  it('are not begun with when both would have one port', async () => {
    await expect(open({ redisPort: settings.postgresPort })).rejects.toThrow(
      `POSTGRES_PORT and REDIS_PORT are both ${settings.postgresPort}:`,
    );
    expect(await isListening(settings.postgresPort)).toBe(false);
  });

  it('keep data over a stop, durably, behind a password', async () => {
    const first = await open();
    expect(
      await query(
        first.databaseAdminUrl,
        `select string_agg(name || '=' || setting, ' ' order by name) as settings from pg_settings
         where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses')`,
      ),
    ).toEqual([
      {
        settings:
          'fsync=on full_page_writes=on listen_addresses=127.0.0.1 synchronous_commit=on',
      },
    ]);
    await query(first.databaseAdminUrl, 'create table kept_1 (id int)');
    await redis(first.redisUrl, async (client) => {
      expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
      expect(await client.config('GET', 'maxmemory-policy')).toEqual([
        'maxmemory-policy',
        'noeviction',
      ]);
      await client.set('kept', 'yes');
    });
    await first.close();
    expect(await isUp()).toEqual([false, false]);

    const second = await open();
    expect(await query(second.databaseAdminUrl, 'select * from kept_1')).toEqual([]);
    expect(await redis(second.redisUrl, (client) => client.get('kept'))).toBe('yes');

    const stranger = new URL(second.databaseAdminUrl);
    stranger.password = 'guess';
    await expect(query(stranger.href, 'select 1')).rejects.toThrow(/password authentication/);
    const keyless = `redis://127.0.0.1:${settings.redisPort}`;
    await expect(redis(keyless, (client) => client.get('kept'))).rejects.toThrow();
    for (const file of ['postgres/password', 'redis/password']) {
      expect(statSync(path.join(layout.local, file)).mode & 0o777).toBe(0o600);
    }
    await second.close();
  }, 60_000);

  it('are shared by runs that overlap, started once and stopped by the last', async () => {
    const others = [openElsewhere(), openElsewhere(), openElsewhere()];
    for (const other of others) expect(await other.line()).toBe('up');
    const ours = await open();
    expect(String(shown.read())).toMatch(/PostgreSQL .* runs already[^]*Redis .* runs already/);
    const [first, second, third] = others;
    if (!first || !second || !third) throw new Error('Three were started');
    await Promise.all([closeElsewhere(first), ours.close()]);
    expect(await isUp()).toEqual([true, true]);
    await closeElsewhere(second);
    expect(await isUp()).toEqual([true, true]);
    await closeElsewhere(third);
    expect(await isUp()).toEqual([false, false]);
    expect(readdirSync(layout.leases)).toEqual([]);
  }, 60_000);

  it('are adopted from a run that was killed, whose lease holds nothing up', async () => {
    const killed = openElsewhere();
    expect(await killed.line()).toBe('up');
    killed.child.kill('SIGKILL');
    await killed.done;
    expect(await isUp()).toEqual([true, true]);
    expect(readdirSync(layout.leases)).toHaveLength(1);
    const services = await open();
    expect(String(shown.read())).toMatch(/PostgreSQL .* runs already[^]*Redis .* runs already/);
    await services.close();
    expect(await isUp()).toEqual([false, false]);
    expect(readdirSync(layout.leases)).toEqual([]);
  }, 60_000);

  it('are moved to another port when nobody uses them, and not when somebody does', async () => {
    const elsewhere = openElsewhere();
    expect(await elsewhere.line()).toBe('up');
    await expect(open({ postgresPort: await findFreePort() })).rejects.toThrow(
      `PostgreSQL of this checkout is in use on port ${settings.postgresPort}: run this with POSTGRES_PORT=${settings.postgresPort}, or "npm stop" first.`,
    );
    await expect(open({ redisPort: await findFreePort() })).rejects.toThrow(
      `Redis of this checkout is in use on port ${settings.redisPort}: run this with REDIS_PORT=${settings.redisPort}, or "npm stop" first.`,
    );
    elsewhere.child.kill('SIGKILL');
    await elsewhere.done;
    const moved = { postgresPort: await findFreePort(), redisPort: await findFreePort() };
    const services = await open(moved);
    expect(await isUp()).toEqual([false, false]);
    expect(await isListening(moved.postgresPort)).toBe(true);
    expect(await isListening(moved.redisPort)).toBe(true);
    await services.close();
  }, 60_000);

  it('say so when a port is taken by a stranger, and leave nothing running', async () => {
    for (const [port, variable] of [
      [settings.postgresPort, 'POSTGRES_PORT'],
      [settings.redisPort, 'REDIS_PORT'],
    ] as const) {
      // Nothing that PostgreSQL or Redis would say.
      const stranger = createServer((socket) => socket.destroy());
      await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
      await expect(open()).rejects.toEqual(
        new Failure(
          `Port ${port} is taken by another program: stop that, or set ${variable} to a free port and run this again.`,
        ),
      );
      await new Promise((resolve) => stranger.close(resolve));
      expect(await isUp()).toEqual([false, false]);
      expect(readdirSync(layout.leases)).toEqual([]);
    }
  }, 60_000);

  it('start after a power cut: a pid that is somebody else’s, a log cut in its last entry', async () => {
    const before = await open();
    await query(before.databaseAdminUrl, 'create table kept_2 (id int)');
    await redis(before.redisUrl, (client) => client.set('kept', 'yes'));
    await before.close();
    // What is left when the machine went down: PostgreSQL's pid file, its pid given to
    // another program of the same user, and half a command at the end of Redis's log.
    const { account } = findPostgres();
    const stranger = runProgram('sleep', ['600'], {}, account);
    const data = path.join(layout.local, 'postgres', 'data');
    writeFileSync(
      path.join(data, 'postmaster.pid'),
      `${String(stranger.child.pid)}\n${data}\n1\n${settings.postgresPort}\n\n127.0.0.1\n1 1\nready   \n`,
    );
    const appendOnly = path.join(layout.local, 'redis', 'data', 'appendonlydir');
    const [log] = readdirSync(appendOnly).filter((name) => name.endsWith('.incr.aof'));
    appendFileSync(path.join(appendOnly, log ?? ''), '*3\r\n$3\r\nSET\r\n$4\r\nlo');

    const after = await open();
    expect(await query(after.databaseAdminUrl, 'select * from kept_2')).toEqual([]);
    expect(await redis(after.redisUrl, (client) => client.get('kept'))).toBe('yes');
    await after.close();
  }, 60_000);

  it('lose nothing that was acknowledged when both are killed', async () => {
    const services = await open();
    const cluster = {
      data: path.join(layout.local, 'postgres', 'data'),
      passwordFile: path.join(layout.local, 'postgres', 'password'),
    };
    const postgres = findRunning(cluster);
    const server = identify(
      await redis(services.redisUrl, async (client) =>
        Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]),
      ),
    );
    if (postgres === undefined || server === undefined) throw new Error('Both run');
    await query(services.databaseAdminUrl, 'create table kept_3 as select 42 as answer');
    await redis(services.redisUrl, (client) => client.set('kept', 'yes'));
    for (const { pid } of [server, postgres]) process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(server) && !isAlive(postgres));

    const again = await open();
    expect(await query(again.databaseAdminUrl, 'select answer from kept_3')).toEqual([
      { answer: 42 },
    ]);
    expect(await redis(again.redisUrl, (client) => client.get('kept'))).toBe('yes');
    await again.close();
    await services.close();
  }, 60_000);

  it('of somebody else are used, and neither started nor stopped', async () => {
    const theirs = await open();
    const mine = mkdtempSync(path.join(tmpdir(), 'nomo-outside-'));
    try {
      const services = await openServices({
        layout: openLayout(mine),
        settings: {
          ...settings,
          databaseAdminUrl: new URL(theirs.databaseAdminUrl),
          redisUrl: new URL(theirs.redisUrl),
        },
        purpose: 'test',
        progress: new Progress(new PassThrough()),
      });
      expect(services.databaseAdminUrl).toBe(theirs.databaseAdminUrl);
      await services.close();
      expect(await stopServices(openLayout(mine))).toEqual([]);
      expect(await isUp()).toEqual([true, true]);
    } finally {
      rmSync(mine, { recursive: true });
    }
    await theirs.close();
  }, 60_000);

  it('of somebody else that do not answer are named, without their password', async () => {
    const port = await findFreePort();
    const outside = (protocol: string): URL =>
      new URL(`${protocol}://me:s3cret@127.0.0.1:${port}`);
    for (const changes of [
      { databaseAdminUrl: outside('postgres') },
      { redisUrl: outside('redis') },
    ]) {
      const message = await open(changes).then(
        () => 'none',
        (error: unknown) => (error instanceof Failure ? error.message : String(error)),
      );
      expect(message).toContain(`at 127.0.0.1:${port} does not let us in (`);
      expect(message).toContain('ECONNREFUSED');
      expect(message).not.toContain('s3cret');
    }
  });

  it('refuse data of another PostgreSQL', async () => {
    const version = path.join(layout.local, 'postgres', 'data', 'PG_VERSION');
    await (await open()).close();
    const right = readFileSync(version);
    writeFileSync(version, '17\n');
    await expect(open()).rejects.toThrow(
      `was made by PostgreSQL 17 and this is ${findPostgres().version}: move it away`,
    );
    writeFileSync(version, right);
  }, 60_000);
});
