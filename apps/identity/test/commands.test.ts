import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
});
