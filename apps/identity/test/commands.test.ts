import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import pg from 'pg';
import { runCommand } from './support/commands.js';
import { startStores, type Stores } from './support/stores.js';

describe('the command line', () => {
  let stores: Stores;

  beforeAll(async () => {
    stores = await startStores();
  });
  afterAll(() => stores.stop());

  const namoid = (...args: string[]): ReturnType<typeof runCommand> =>
    runCommand(stores.environment, args);

  it('makes an organization, an application and a user, and lists them', async () => {
    const made = await namoid('organizations', 'create', '--slug', 'acme', '--name', 'Acme');
    expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\/acme-test/u) });
    expect((await namoid('organizations', 'list')).stdout).toMatch(/acme +Acme/u);
    const again = await namoid('organizations', 'create', '--slug', 'acme', '--name', 'Acme');
    expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/another/iu) });

    const application = await namoid(
      ...[
        'applications',
        'create',
        '--organization',
        'acme',
        '--type',
        'web',
        '--name',
        'Shop',
      ],
      ...['--redirect-uri', 'https://shop.example.com/callback', '--scope', 'openid'],
    );
    const clientId = /nma_live_\w{22}/u.exec(application.stdout)?.[0] ?? '';
    const secret = /nmas_[\w-]{43}/u.exec(application.stdout)?.[0] ?? '';
    expect(clientId).not.toBe('');
    expect(secret).not.toBe('');
    const listed = await namoid('applications', 'list', '--organization', 'acme');
    expect(listed.stdout).toContain(clientId);
    expect(listed.stdout).not.toContain(secret);
    const rotated = await namoid(
      ...['applications', 'rotate-secret', clientId, '--organization', 'acme'],
    );
    expect(rotated.stdout).toMatch(/nmas_/u);
    expect(rotated.stdout).not.toContain(secret);

    const keyed = await namoid(
      ...[
        'applications',
        'create',
        '--organization',
        'acme',
        '--type',
        'web',
        '--name',
        'Keyed',
      ],
      ...['--redirect-uri', 'https://shop.example.com/callback', '--scope', 'openid'],
      ...['--auth-method', 'private_key_jwt', '--jwks-uri', 'https://shop.example.com/jwks'],
      ...['--post-logout-redirect-uri', 'https://shop.example.com/bye'],
      ...['--backchannel-logout-uri', 'https://shop.example.com/logout'],
    );
    expect(keyed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('(none: it has keys)'),
    });

    const user = await namoid(
      ...['users', 'create', '--organization', 'acme-test', '--email', 'Ada@example.com'],
    );
    expect(user.stdout).toMatch(/email +ada@example\.com\npassword +[\w-]{22}\n/u);
    const turned = await namoid('keys', 'rotate', '--organization', 'acme', '--compromised');
    expect(turned.stdout).toMatch(/is void/u);
    expect((await namoid('audit', 'verify')).stdout).toMatch(/^whole/u);
  });

  it.each([
    [['organizations', 'create', '--slug', 'Acme', '--name', 'x'], /cannot name/u, 1],
    [['organizations', 'create', '--slug', 'acme-test', '--name', 'x'], /cannot name/u, 1],
    [['organizations', 'create', '--slug', 'health', '--name', 'x'], /cannot name/u, 1],
    [['organizations', 'create', '--slug', 'acme'], /--name/u, 2],
    [['applications', 'list', '--organization', 'nobody'], /no organization nobody/u, 1],
    [['keys', 'turn'], /unknown command/u, 2],
  ])('%j says what is wrong', async (args, message, exitCode) => {
    const outcome = await namoid(...args);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.exitCode).toBe(exitCode);
  });

  const values = {
    organization: ['organizations', 'create', '--slug', 'globex', '--name'],
    user: ['users', 'create', '--organization', 'acme', '--email', 'e@example.com', '--name'],
    application: [
      ...['applications', 'create', '--organization', 'acme', '--type', 'web'],
      ...['--redirect-uri', 'https://shop.example.com/callback', '--name'],
    ],
  };
  it.each([
    [[...values.organization, ''], '--name: A name has 1 to 100 characters.'],
    [[...values.organization, '  '], '--name: A name has 1 to 100 characters.'],
    [[...values.organization, 'x'.repeat(101)], '--name: A name has 1 to 100 characters.'],
    [[...values.user, ''], '--name: A name has 1 to 200 characters.'],
    [
      ['users', 'create', '--organization', 'acme', '--email', 'ada'],
      '--email: This has to be an e-mail address such as ada@example.com.',
    ],
    [[...values.application, ''], '--name: A name has 1 to 100 characters.'],
    [
      [...values.application, 'Shop', '--redirect-uri', 'callback'],
      '--redirect-uri: This is not an absolute URI.',
    ],
    [
      [...values.application, 'Shop', '--scope', 'two words'],
      '--scope: This has to be one scope, without spaces or quotes (RFC 6749).',
    ],
    [
      [...values.application, 'Shop', '--scope', 'users:read'],
      '--scope: users:read is a scope of the management API, which answers no tokens of users: only an application with the grant client_credentials may have it.',
    ],
    [
      [...values.application, 'Shop', '--scope', 'bananas:read'],
      '--scope: No resource has the scope bananas:read: make one that has, and add it to the application.',
    ],
    [
      [...values.application, 'Shop', '--grant', 'client_credentials'],
      '--redirect-uri: Only the grant authorization_code has redirect URIs: this has to be empty.',
    ],
    [
      ['applications', 'list', '--organization', 'nobody'],
      'There is no organization nobody: see "organizations list".',
    ],
    [
      ['applications', 'list', '--organization', 'nobody-test'],
      'There is no organization nobody, nor a test mode nobody-test of it: see "organizations list".',
    ],
  ])('%j names what is wrong, and how it should be', async (args, sentence) => {
    expect(await namoid(...args)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `${sentence}\n`,
    });
  });

  it('takes the addresses of users for verified, unless it is told otherwise', async () => {
    const user = ['users', 'create', '--organization', 'acme', '--email'];
    await namoid(...user, 'vera@example.com');
    await namoid(...user, 'nora@example.com', '--unverified');
    const owner = new pg.Client({ connectionString: stores.databaseUrl });
    await owner.connect();
    const { rows } = await owner.query(
      `SELECT email_verified AS verified FROM users
       WHERE email IN ('vera@example.com', 'nora@example.com') ORDER BY email DESC`,
    );
    await owner.end();
    expect(rows).toEqual([{ verified: true }, { verified: false }]);
  });

  it('makes APIs and lists them, and an application may have tokens for what there is', async () => {
    const identifier = 'https://orders.example.com';
    const orders = ['--identifier', identifier, '--name', 'Orders', '--scope', 'orders:read'];
    const api = ['resources', 'create', '--organization', 'acme'];
    const shop = [...values.application, 'Orders', '--resource', identifier];
    expect((await namoid(...shop)).stderr).toBe(
      `--resource: No resource has the identifier ${identifier}: make it first.\n`,
    );
    expect(await namoid(...api, ...orders, '--scope', 'openid')).toMatchObject({
      exitCode: 1,
      stderr: '--scope: OpenID Connect gives this scope its meaning: choose another.\n',
    });
    expect((await namoid(...api, ...orders)).stdout).toMatch(/^identifier +https:\/\/orders/mu);
    expect((await namoid(...api, ...orders)).stderr).toMatch(
      /^Another API has this identifier/u,
    );
    expect((await namoid(...shop, '--scope', 'orders:read')).exitCode).toBe(0);
    const { stdout } = await namoid('resources', 'list', '--organization', 'acme');
    expect(stdout).toMatch(
      /^http:\/\/localhost:4000\/acme\/api +Management API .*users:read/mu,
    );
    expect(stdout).toMatch(/^https:\/\/orders\.example\.com +Orders +orders:read$/mu);
  });

  it('says of a name that the audit trail would take for a secret what is wrong with it', async () => {
    const name = `x token=${'a1B2'.repeat(10)}`;
    expect(await namoid(...values.application, name)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'A name or an identifier looks like a secret, as “key=abc” does. Choose a plain one.\n',
    });
  });

  it('says how long a password has to be', async () => {
    const user = ['users', 'create', '--organization', 'acme', '--email', 'e@example.com'];
    const environment = { ...stores.environment, NAMOID_PASSWORD: 'short' };
    expect(await runCommand(environment, user)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'NAMOID_PASSWORD: The password has fewer than the 15 characters that this organization wants.\n',
    });
  });

  it('makes an application with the grants and the resources that are asked for', async () => {
    const made = await namoid(
      ...['applications', 'create', '--organization', 'acme', '--type', 'native'],
      ...['--name', 'Television', '--grant', 'device_code', '--grant', 'refresh_token'],
      ...['--scope', 'openid', '--resource', 'http://localhost:4000/acme/api'],
    );
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    const owner = new pg.Client({ connectionString: stores.databaseUrl });
    await owner.connect();
    const { rows } = await owner.query(
      `SELECT grant_types FROM applications WHERE name = 'Television'`,
    );
    await owner.end();
    const device = 'urn:ietf:params:oauth:grant-type:device_code';
    expect(rows).toEqual([{ grant_types: [device, 'refresh_token'] }]);
    const unknown = await namoid(...values.application, 'Shop', '--grant', 'password');
    expect(unknown).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('refresh_token, client_credentials, device_code'),
    });
  });

  it('has each of its commands told of by npm', async () => {
    const wrapper = path.resolve(import.meta.dirname, '../../../infra/local/usage.mjs');
    const { usage } = (await import(wrapper)) as { usage: { namoid: string } };
    const { stdout } = await namoid('--help');
    const commands = [...stdout.matchAll(/^ {2}(\w+) .*\w/gmu)].map(([, name = '']) => name);
    expect(commands).toContain('organizations');
    for (const name of commands.filter((each) => !['npm', 'help'].includes(each)))
      expect(usage.namoid).toMatch(RegExp(`^  ${name} \\w`, 'm'));
  });

  it('seeds the demo, keeps it, and makes it whole again', async () => {
    const seed = async (...args: string[]): Promise<Record<string, unknown>> => {
      const { stdout, exitCode } = await namoid('demo', ...args);
      expect(exitCode).toBe(0);
      return JSON.parse(stdout) as Record<string, unknown>;
    };
    const made = await seed();
    const redirectUris = ['http://localhost:9000/callback'];
    expect(made).toMatchObject({
      org: 'demo',
      issuer: 'http://localhost:4000/demo',
      user: { email: expect.any(String), password: expect.any(String) },
      applications: {
        web: { clientId: expect.any(String), clientSecret: expect.any(String), redirectUris },
        spa: { clientId: expect.any(String), redirectUris },
        machine: { clientId: expect.any(String), clientSecret: expect.any(String) },
      },
    });
    const { web } = made['applications'] as { web: { clientId: string; clientSecret: string } };
    expect(await seed('--existing-client-id', web.clientId)).toMatchObject({ kept: true });

    const again = await seed();
    expect(again).toMatchObject({ applications: { web: { clientId: web.clientId } } });
    expect(JSON.stringify(again)).not.toContain(web.clientSecret);
    const owner = new pg.Client({ connectionString: stores.databaseUrl });
    await owner.connect();
    const { rows } = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM applications WHERE name LIKE 'Demo %'`,
    );
    await owner.end();
    expect(rows).toEqual([{ count: 3 }]);
  });

  // A command that does not end keeps these from ending.
  describe('ends', () => {
    const nowhere = (scheme: string): string => `${scheme}://somebody@127.0.0.1:1/identity`;
    const everyCommand = [
      ['organizations', 'list'],
      ['organizations', 'create', '--slug', 'initech', '--name', 'Initech'],
      ['applications', 'list', '--organization', 'acme'],
      ['users', 'create', '--organization', 'acme', '--email', 'grace@example.com'],
      ['keys', 'rotate', '--organization', 'acme'],
      ['audit', 'verify'],
      ['demo'],
    ].map((args) => ({ args }));

    it.each(everyCommand)('in a sentence while PostgreSQL is away: $args', async ({ args }) => {
      const environment = {
        ...stores.environment,
        DATABASE_URL_API: nowhere('postgresql'),
        DATABASE_URL_WORKER: nowhere('postgresql'),
      };
      expect(await runCommand(environment, args)).toEqual({
        exitCode: 1,
        stdout: '',
        // As the one driver says it, or the other.
        stderr: expect.stringMatching(
          /^The command failed: (?:Can't reach database server at|The connection to PostgreSQL failed: connect ECONNREFUSED) 127\.0\.0\.1:1\n$/,
        ) as unknown,
      });
    });

    it('in a sentence where organizations are not kept apart', async () => {
      const owner = new pg.Client({ connectionString: stores.databaseUrl });
      await owner.connect();
      await owner.query('ALTER TABLE users DISABLE ROW LEVEL SECURITY');
      const { exitCode, stderr } = await namoid('organizations', 'list').finally(async () => {
        await owner.query('ALTER TABLE users ENABLE ROW LEVEL SECURITY');
        await owner.end();
      });
      expect(stderr).toMatch(/^The command failed: .*users/su);
      expect(stderr).not.toMatch(/\n\s+at /u);
      expect(exitCode).toBe(1);
    });

    it('in a sentence where it is not told where the database is', async () => {
      const { exitCode, stderr } = await runCommand({}, ['organizations', 'list']);
      expect(stderr).toMatch(/^The command failed: .*DATABASE_URL_API/su);
      expect(exitCode).toBe(1);
    });

    it('well while Redis is away, where PostgreSQL is enough', async () => {
      const environment = { ...stores.environment, REDIS_URL: nowhere('redis') };
      for (const args of [
        ['organizations', 'create', '--slug', 'hooli', '--name', 'Hooli'],
        ['users', 'create', '--organization', 'hooli', '--email', 'grace@example.com'],
        ['audit', 'verify'],
      ]) {
        expect(await runCommand(environment, args)).toMatchObject({ exitCode: 0, stderr: '' });
      }
    });

    it('with 1 where a checkpoint cannot be signed for want of a key', async () => {
      const outcome = await namoid('audit', 'checkpoint');
      expect(outcome.stderr).toContain('There is no signing key');
      expect(outcome.exitCode).toBe(1);
    });
  });
});
