import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
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
import { Client } from 'pg';

import { ensureRoles } from '../src/postgres/roles.ts';
import { databaseUrl } from '../src/settings.ts';
import { type PrivatePostgres, roleUrl, startPostgres } from '../src/testing.ts';
import { endScripts, runScript, until } from './processes.ts';

let postgres: PrivatePostgres;
beforeAll(async () => {
  postgres = await startPostgres({ settings: { fsync: 'off' } });
}, 60_000);
afterAll(() => postgres.stop());
afterEach(endScripts);

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}
const admin = (text: string): Promise<{ value: unknown }[]> => query(postgres.adminUrl, text);
const verifiers = (): Promise<{ value: unknown }[]> =>
  admin(
    `select rolpassword as value from pg_authid where rolname like 'spec%' order by rolname`,
  );
const userOf = async (url: string): Promise<unknown> =>
  (await query<{ value: string }>(url, 'select current_user as value'))[0]?.value;

describe('the roles of an app', () => {
  beforeEach(async () => {
    await admin(`create role spec_one login; create role "spec Two" nologin`);
  });
  afterEach(async () => {
    await admin(`drop role spec_one; drop role "spec Two"`);
  });

  it('sign in with what is derived for them, and those that do not exist are left out', async () => {
    const url = postgres.adminUrl;
    expect(await ensureRoles(url, ['spec_none', 'spec_one', 'spec Two'])).toEqual([
      'spec Two',
      'spec_one',
    ]);
    expect(await userOf(await roleUrl(url, 'spec_one'))).toBe('spec_one');
    expect(await userOf(await roleUrl(url, 'spec Two'))).toBe('spec Two');
    await expect(roleUrl(url, 'spec_none')).rejects.toThrow('no database role spec_none');
  });

  it('are told apart: the password of one does not open the other', async () => {
    const one = new URL(await roleUrl(postgres.adminUrl, 'spec_one'));
    const two = new URL(await roleUrl(postgres.adminUrl, 'spec Two'));
    expect(
      new Set([one.password, two.password, new URL(postgres.adminUrl).password]).size,
    ).toBe(3);
    two.password = one.password;
    await expect(userOf(two.href)).rejects.toThrow('password authentication failed');
  });

  it('are changed only when they cannot sign in', async () => {
    await ensureRoles(postgres.adminUrl, ['spec_one', 'spec Two']);
    const before = await verifiers();
    await ensureRoles(postgres.adminUrl, ['spec_one', 'spec Two']);
    expect(await verifiers()).toEqual(before);
    await admin(`alter role spec_one password 'another'; alter role "spec Two" nologin`);
    await ensureRoles(postgres.adminUrl, ['spec_one', 'spec Two']);
    expect(await userOf(await roleUrl(postgres.adminUrl, 'spec_one'))).toBe('spec_one');
    expect(await userOf(await roleUrl(postgres.adminUrl, 'spec Two'))).toBe('spec Two');
  });

  it('send PostgreSQL no password that a log of statements could keep', async () => {
    await admin(`alter system set log_statement = 'all'`);
    await admin('select pg_reload_conf()');
    try {
      const { password } = new URL(await roleUrl(postgres.adminUrl, 'spec_one'));
      const [row] = await verifiers().then((rows) =>
        rows.filter(({ value }) => value !== null),
      );
      // RFC 5803: what is kept is what the password gives with this salt.
      const [, iterations = '', salt = '', stored] =
        /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(String(row?.value)) ?? [];
      const salted = pbkdf2Sync(
        password,
        Buffer.from(salt, 'base64'),
        Number(iterations),
        32,
        'sha256',
      );
      const clientKey = createHmac('sha256', salted).update('Client Key').digest();
      expect(createHash('sha256').update(clientKey).digest('base64')).toBe(stored);
      const [{ value: data } = { value: '' }] = await admin(
        `select current_setting('data_directory') as value`,
      );
      const log = readFileSync(path.join(String(data), '..', 'postgres.log'), 'utf8');
      expect(log).toContain('alter role "spec_one" login');
      expect(log).not.toContain(password);
    } finally {
      await admin('alter system reset log_statement');
      await admin('select pg_reload_conf()');
    }
  });

  it('are let in by many processes and databases at once', async () => {
    await admin('create database spec_a');
    await admin('create database spec_b');
    try {
      const urls = [postgres.adminUrl, 'spec_a', 'spec_b'].map((name, index) =>
        index === 0 ? name : databaseUrl(postgres.adminUrl, name),
      );
      const scripts = urls.map((url) =>
        runScript(`
          const { roleUrl } = await source('src/testing.ts');
          process.stdin.resume();
          console.log('there');
          await new Promise((resolve) => process.stdin.once('data', resolve));
          const racers = Array.from({ length: 6 }, (_, index) =>
            roleUrl(${JSON.stringify(url)}, index % 2 ? 'spec_one' : 'spec Two'));
          console.log(new Set(await Promise.all(racers)).size);
          process.exit();
        `),
      );
      for (const script of scripts) expect(await script.line()).toBe('there');
      for (const script of scripts) script.child.stdin?.write('\n');
      for (const script of scripts) {
        expect(await script.done).toEqual({ code: 0, output: 'there\n2\n' });
      }
      for (const url of urls) {
        expect(await userOf(await roleUrl(url, 'spec_one'))).toBe('spec_one');
      }
    } finally {
      await admin('drop database spec_a');
      await admin('drop database spec_b');
    }
  }, 60_000);

  it('survive being altered elsewhere at the same moment', async () => {
    // Whoever alters a role waits for whoever did before, and is then refused.
    const other = new Client({ connectionString: postgres.adminUrl });
    await other.connect();
    try {
      await other.query('begin');
      await other.query('alter role spec_one connection limit 5');
      const url = roleUrl(postgres.adminUrl, 'spec_one');
      await until(async () => {
        const waiting = await admin(
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'alter role%'`,
        );
        return waiting.length === 1;
      });
      await other.query('commit');
      expect(await userOf(await url)).toBe('spec_one');
    } finally {
      await other.end();
    }
  });

  it('get no password from a connection string that has none', async () => {
    // A server that trusts whoever comes from here.
    const trusting = await startPostgres();
    try {
      const [{ value: file } = { value: '' }] = await query<{ value: string }>(
        trusting.adminUrl,
        `select current_setting('hba_file') as value`,
      );
      writeFileSync(file, 'host all all 127.0.0.1/32 trust\n');
      await query(trusting.adminUrl, 'select pg_reload_conf()');
      await query(trusting.adminUrl, 'create role spec_one nologin');
      const open = new URL(trusting.adminUrl);
      open.password = '';
      const url = await roleUrl(open.href, 'spec_one');
      expect(new URL(url).password).toBe('');
      expect(await userOf(url)).toBe('spec_one');
      expect(
        await query(
          trusting.adminUrl,
          `select rolpassword from pg_authid where rolname = 'spec_one'`,
        ),
      ).toEqual([{ rolpassword: null }]);
    } finally {
      await trusting.stop();
    }
  }, 60_000);
});
