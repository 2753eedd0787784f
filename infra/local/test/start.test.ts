import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
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

import { identify, isAlive } from '../process-lock.mjs';
import { openLayout } from '../src/layout.ts';
import { isListening } from '../src/ports.ts';
import { stopServices } from '../src/services.ts';
import { findFreePort } from '../src/testing/free-port.ts';
import { endScripts, packageFolder, runScript, type Script, until } from './processes.ts';

/**
 * A checkout with one small app of the same shape as a real one: an HTTP service that is
 * ready after a while, a worker, a command line, and a stand-in for turbo and for the
 * migration tool, which are other people's.
 */
let root: string;
let ports: { postgres: number; redis: number; app: number };

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'nomo start '));
  chmodSync(root, 0o711);
  const write = (file: string, text: string, mode = 0o644): void => {
    const whole = path.join(root, file);
    mkdirSync(path.dirname(whole), { recursive: true });
    writeFileSync(whole, text, { mode });
  };
  const node = `#!${process.execPath}\n`;
  write('package.json', '{"type":"module"}');
  write(
    'node_modules/.bin/turbo',
    '#!/bin/sh\n[ ! -e broken ] || { echo "no such type"; exit 1; }\n',
    0o755,
  );
  write(
    'app/node_modules/.bin/migrate',
    `${node}
    import fs from 'node:fs';
    import pg from 'pg';
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
    await client.connect();
    try {
      await client.query(fs.readFileSync('migrations/1/migration.sql', 'utf8'));
    } catch (error) {
      console.error('migration 1: ' + error.message);
      process.exitCode = 1;
    }
    await client.end();`,
    0o755,
  );
  write(
    'app/migrations/1/migration.sql',
    `create table if not exists keys (id text primary key);
    do $$ begin create role app_service login; exception when duplicate_object then null; end $$;
    grant select, insert on keys to app_service;`,
  );
  write(
    'app/dist/main.js',
    `import http from 'node:http';
    import pg from 'pg';
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL_SERVICE });
    await client.connect();
    const { rows } = await client.query('select current_user');
    console.log('signed in as ' + rows[0].current_user);
    console.log('owner: ' + JSON.stringify([process.env.DATABASE_URL, process.env.DATABASE_ADMIN_URL]));
    await client.end();
    const ready = Date.now() + 300;
    http.createServer((request, response) => {
      if (request.url === '/die') process.exit(7);
      response.statusCode = Date.now() < ready ? 503 : 200;
      response.end(String(process.pid));
    }).listen(process.env.PORT);
    process.on('SIGTERM', () => { console.log('drained'); process.exit(); });
    console.log('a line of the service');
    console.log('drains for ' + process.env.SHUTDOWN_TIMEOUT_MS);`,
  );
  write(
    'app/dist/worker.js',
    `console.log('told: ' + JSON.stringify(process.env.DATABASE_URL_SERVICE));
    setInterval(() => {}, 1000);`,
  );
  write(
    'app/dist/cli.js',
    `import pg from 'pg';
    if (process.env.APP_QUOTA) {
      console.error('The command failed: the environment is wrong:\\n  APP_QUOTA: Too small.');
      process.exit(1);
    }
    const client = new pg.Client({ connectionString: process.env.DATABASE_URL_SERVICE });
    await client.connect();
    const [, existing] = process.argv.slice(2);
    const { rowCount } = await client.query('select from keys where id = $1', [existing]);
    const id = 'key' + process.pid;
    if (rowCount === 0) await client.query('insert into keys values ($1)', [id]);
    console.log(JSON.stringify(rowCount === 1 ? { kept: true } : { apiKey: id + '.secret', keyId: id }));
    await client.end();`,
  );
  symlinkSync(
    path.join(packageFolder, 'node_modules', 'pg'),
    path.join(root, 'app/node_modules/pg'),
  );
});
beforeEach(async () => {
  ports = {
    postgres: await findFreePort(),
    redis: await findFreePort(),
    app: await findFreePort(),
  };
});
afterEach(async () => {
  endScripts();
  rmSync(path.join(root, 'broken'), { force: true });
  await stopServices(openLayout(path.join(root, '.local'), root));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** `npm start` of that checkout. A line on its stdin is a Ctrl-C. */
function start(env: NodeJS.ProcessEnv = {}): Script {
  return runScript(
    `
    const { start } = await source('src/commands/start.ts');
    const { Failure, Interrupted } = await source('src/failure.ts');
    const { openLayout } = await source('src/layout.ts');
    const { Progress } = await source('src/progress.ts');
    const controller = new AbortController();
    process.stdin.once('data', () => controller.abort(new Interrupted('SIGINT')));
    process.once('SIGTERM', () => controller.abort(new Interrupted('SIGTERM')));
    const code = await start({
      layout: openLayout(${JSON.stringify(path.join(root, '.local'))}, ${JSON.stringify(root)}),
      settings: { postgresPort: ${ports.postgres}, redisPort: ${ports.redis} },
      progress: new Progress(process.stdout),
      signal: controller.signal,
      apps: [{
        name: 'app',
        packageName: 'app',
        folder: 'app',
        database: 'app',
        port: { variable: 'APP_PORT', standard: ${ports.app} },
        migrate: ['migrate'],
        migrations: 'migrations',
        roles: [
          { role: 'app_service', variable: 'DATABASE_URL_SERVICE' },
          { role: 'app_not_yet', variable: 'DATABASE_URL_NOT_YET' },
        ],
        entryPoints: [
          { name: 'service', file: 'dist/main.js', readyPath: '/health/ready', roles: ['app_service'] },
          { name: 'worker', file: 'dist/worker.js', roles: [] },
        ],
        commandLine: 'dist/cli.js',
        seed: (existing) => ['demo', existing?.keyId ?? ''],
        tryIt: ({ url, apiKey }) => 'curl ' + apiKey + ' ' + url,
      }],
    }).catch((error) => {
      for (const line of error.details ?? []) console.log('  ' + line);
      console.log((error instanceof Failure ? '✗ ' : 'RAW ') + error.message);
      return 1;
    });
    process.exit(code);
  `,
    env,
  );
}

async function untilUp(script: Script): Promise<string[]> {
  const lines: string[] = [];
  do lines.push(await script.line());
  while (!lines.at(-1)?.startsWith('Ctrl-C'));
  return lines;
}
const interrupt = (script: Script): unknown => script.child.stdin?.write('\n');
const demo = (): Record<string, Record<string, string>> =>
  JSON.parse(readFileSync(path.join(root, '.local', 'demo.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
const everythingIsDown = async (): Promise<boolean> =>
  !(await isListening(ports.app)) &&
  !(await isListening(ports.postgres)) &&
  !(await isListening(ports.redis));

describe('npm start', () => {
  it('runs everything, writes the demo, stops in order, and keeps the key', async () => {
    const first = start({
      DATABASE_URL: 'postgres://owner:secret@localhost/app',
      DATABASE_URL_SERVICE: 'postgres://app_service:secret@localhost/app',
    });
    const lines = await untilUp(first);
    const url = `http://localhost:${ports.app}`;
    expect((await fetch(url)).status).toBe(200);
    expect(lines).toContain('service | a line of the service');
    // The migration has made the role without a password; the seed signs in as it too.
    expect(lines).toContain('service | signed in as app_service');
    expect(lines).toContain('service | owner: ["",""]');
    // Less than what we give it before we make it end.
    expect(lines).toContain('service | drains for 25000');
    const before = demo();
    expect(before).toEqual({
      app: {
        url,
        keyId: expect.stringMatching(/^key\d+$/),
        apiKey: `${before['app']?.['keyId'] ?? ''}.secret`,
      },
      postgres: { adminUrl: expect.stringContaining(`@127.0.0.1:${ports.postgres}/postgres`) },
      redis: { url: expect.stringContaining(`@127.0.0.1:${ports.redis}`) },
    });
    expect(lines).toContain(`  curl ${before['app']?.['apiKey'] ?? ''} ${url}`);
    expect(statSync(path.join(root, '.local', 'demo.json')).mode & 0o777).toBe(0o600);
    // A terminal's history is no place for a superuser's password.
    for (const url of [before['postgres']?.['adminUrl'], before['redis']?.['url']]) {
      const { password } = new URL(url ?? '');
      expect(password).not.toBe('');
      expect(lines.join('\n')).not.toContain(password);
    }
    interrupt(first);
    const { code, output } = await first.done;
    expect(code).toBe(0);
    // Each process is told of its own roles alone, whatever the shell knows.
    expect(output).toContain('worker  | told: ""');
    expect(output).toMatch(
      /service \| drained\nservice stopped\nworker stopped\nRedis on \d+ stopped\nPostgreSQL on \d+ stopped\n$/,
    );
    expect(await everythingIsDown()).toBe(true);

    const second = start();
    expect((await untilUp(second)).join('\n')).toContain('the demo of app is there already');
    expect(demo()['app']?.['apiKey']).toBe(before['app']?.['apiKey']);
    interrupt(second);
    expect(await second.done).toMatchObject({ code: 0 });
  }, 60_000);

  it('says when a service ends, and stops the rest', async () => {
    const script = start();
    await untilUp(script);
    await fetch(`http://localhost:${ports.app}/die`).catch(() => undefined);
    const { code, output } = await script.done;
    expect(code).toBe(1);
    expect(output).toMatch(/✗ service ended \(exit code 7\): .*service\.log\)\.\n$/);
    expect(await everythingIsDown()).toBe(true);
  }, 60_000);

  it('that is killed takes its services along, and the next one goes on with its servers', async () => {
    const killed = start();
    await untilUp(killed);
    const service = identify(
      Number(await (await fetch(`http://localhost:${ports.app}`)).text()),
    );
    if (service === undefined) throw new Error('The service runs');
    killed.child.kill('SIGKILL');
    await killed.done;
    await until(async () => !isAlive(service) && !(await isListening(ports.app)));
    expect(await isListening(ports.postgres)).toBe(true);

    const next = start();
    expect((await untilUp(next)).join('\n')).toMatch(/PostgreSQL .* runs already/);
    interrupt(next);
    expect(await next.done).toMatchObject({ code: 0 });
    expect(await everythingIsDown()).toBe(true);
  }, 60_000);

  it('runs once: a second one says where the first is', async () => {
    const first = start();
    await untilUp(first);
    const second = await start().done;
    expect(second.code).toBe(1);
    expect(second.output).toContain(
      `✗ "npm start" runs already, as process ${String(first.child.pid)}:`,
    );
    interrupt(first);
    // One that comes while the first is on its way out waits for it.
    const third = start();
    await untilUp(third);
    expect(await first.done).toMatchObject({ code: 0 });
    interrupt(third);
    expect(await third.done).toMatchObject({ code: 0 });
  }, 60_000);

  it('shows what an app says of a wrong environment', async () => {
    const { code, output } = await start({ APP_QUOTA: '-1' }).done;
    expect(code).toBe(1);
    expect(output).toMatch(
      /\n✗ app cannot start: the environment is wrong: APP_QUOTA: Too small\. Correct or unset .*\n/,
    );
    expect(await everythingIsDown()).toBe(true);
  }, 60_000);

  it('says before it begins that one port is chosen twice', async () => {
    expect((await start({ APP_PORT: String(ports.postgres) }).done).output).toBe(
      `✗ POSTGRES_PORT and APP_PORT are both ${ports.postgres}: set one of them to another port and run this again.\n`,
    );
  });

  it('is ended by npm stop, which says so', async () => {
    const script = start();
    await untilUp(script);
    const stop = runScript(`
      const { stop } = await source('src/commands/stop.ts');
      const { openLayout } = await source('src/layout.ts');
      const { Progress } = await source('src/progress.ts');
      const options = {
        layout: openLayout(${JSON.stringify(path.join(root, '.local'))}, ${JSON.stringify(root)}),
        settings: {},
        progress: new Progress(process.stdout),
      };
      await stop(options);
      await stop(options);
      process.exit();
    `);
    const { output } = await stop.done;
    expect(output.replace(/ \([\d.]+ s\)/, '').split('\n')).toEqual([
      `✓ "npm start", process ${String(script.child.pid)}, is ended, and its services with it`,
      'No server of this checkout runs any more.',
      'There was nothing to stop.',
      '',
    ]);
    await script.done;
    expect(await everythingIsDown()).toBe(true);
  }, 60_000);

  it('says in a sentence that its port is taken', async () => {
    const stranger = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => stranger.listen(ports.app, resolve));
    try {
      expect((await start().done).output).toBe(
        `✗ Port ${ports.app} is taken by another program: stop that, or set APP_PORT to a free port and run this again.\n`,
      );
    } finally {
      await new Promise((resolve) => stranger.close(resolve));
    }
  }, 60_000);

  it('says in a sentence that the build or a migration failed', async () => {
    writeFileSync(path.join(root, 'broken'), '');
    const build = await start().done;
    expect(build.code).toBe(1);
    expect(build.output).toMatch(/ {2}no such type\n✗ The build failed: .*build\.log\)\.\n$/);
    rmSync(path.join(root, 'broken'));

    const migration = path.join(root, 'app', 'migrations', '1', 'migration.sql');
    const right = readFileSync(migration);
    writeFileSync(migration, 'create tabel x ()');
    const migrate = await start().done;
    writeFileSync(migration, right);
    expect(migrate.code).toBe(1);
    expect(migrate.output).toMatch(
      / {2}migration 1: syntax error at or near "tabel"\n✗ The migration of the database app failed: .*migrate-app\.log\)\.\n$/,
    );
    expect(await everythingIsDown()).toBe(true);
  }, 60_000);
});
