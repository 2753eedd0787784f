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

  const nomosly = (...args: string[]): ReturnType<typeof runCommand> =>
    runCommand(stores, args);

  it('makes a key, lists it without its secret, and revokes it for good', async () => {
    const made = await nomosly(
      ...[
        'keys',
        'create',
        '--user',
        'ada@example.com',
        '--scopes',
        'faces:detect,text:detect',
      ],
      ...['--expires', '90d', '--name', 'billing run'],
    );
    expect(made.exitCode).toBe(0);
    const key = /nmk_live_\w{22}\.[\w-]{49}/u.exec(made.stdout)?.[0] ?? '';
    const [id = '', secret = ''] = key.split('.');
    expect(secret).not.toBe('');

    const listed = await nomosly('keys', 'list', '--user', 'ada@example.com');
    expect(listed.stdout).toContain(id);
    expect(listed.stdout).toContain('billing run');
    expect(listed.stdout).toMatch(/active/u);
    expect(listed.stdout).not.toContain(secret.slice(0, 10));

    expect((await nomosly('keys', 'revoke', id)).stdout).toMatch(/refused from now on/u);
    expect((await nomosly('keys', 'revoke', id)).stdout).toMatch(/was revoked before/u);
    const after = await nomosly('keys', 'list', '--user', 'ada@example.com', '--json');
    expect(JSON.parse(after.stdout)).toMatchObject({
      id,
      revokedAt: expect.any(String) as unknown as string,
    });
  });

  it.each([
    [['keys', 'create', '--user', 'ada@example.com'], /--scopes/u, 2],
    [['keys', 'create', '--scopes', 'all'], /--user/u, 2],
    [['keys', 'create', '--user', 'ada', '--scopes', 'all'], /e-mail/u, 2],
    [['keys', 'create', '--user', 'a@b.co', '--scopes', 'faces'], /none of: faces:detect/u, 2],
    [
      ['keys', 'create', '--user', 'a@b.co', '--scopes', 'all', '--expires', '2020-01-01'],
      /past/u,
      2,
    ],
    [['keys', 'list', '--user', 'nobody@example.com'], /no customer nobody/u, 1],
    [['keys', 'revoke', 'nmk_live_short'], /before the dot/u, 2],
    [['keys', 'revoke', 'nmk_live_0000000000000000000000'], /no API key/u, 1],
    [['keys', 'make'], /unknown command/u, 2],
  ])('%j says what is wrong', async (args, message, exitCode) => {
    const outcome = await nomosly(...args);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stderr).not.toMatch(/\n\s+at /u);
  });

  it('does not revoke the key of somebody else than it was told', async () => {
    const made = await nomosly(
      ...['keys', 'create', '--user', 'grace@example.com', '--scopes', 'all', '--json'],
    );
    const { id } = JSON.parse(made.stdout) as { id: string };
    const outcome = await nomosly('keys', 'revoke', id, '--user', 'ada@example.com');
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toContain('of ada@example.com');
  });

  it('explains itself', async () => {
    const help = await nomosly('--help');
    expect(help.exitCode).toBe(0);
    expect(help.stdout).toMatch(/keys/u);
    expect((await nomosly('keys', 'create', '--help')).stdout).toMatch(/labels:detect/u);
  });

  it('seeds the demo once', async () => {
    const first = JSON.parse((await nomosly('demo')).stdout) as {
      apiKey: string;
      keyId: string;
    };
    expect(first.apiKey.startsWith(`${first.keyId}.`)).toBe(true);
    const again = await nomosly('demo', '--existing-key-id', first.keyId);
    expect(JSON.parse(again.stdout)).toEqual({ kept: true });
    await nomosly('keys', 'revoke', first.keyId);
    const anew = await nomosly('demo', '--existing-key-id', first.keyId);
    expect(JSON.parse(anew.stdout)).toMatchObject({
      keyId: expect.not.stringMatching(first.keyId) as unknown as string,
    });
  });

  // A command that does not end keeps these from ending.
  describe('ends', () => {
    const nowhere = (scheme: string): string => `${scheme}://somebody@127.0.0.1:1/vision`;
    const list = ['keys', 'list', '--user', 'ada@example.com'];
    const create = ['keys', 'create', '--user', 'ada@example.com', '--scopes', 'all'];

    it.each([{ args: list }, { args: ['demo'] }])(
      'in a sentence where customers are not kept apart: $args',
      async ({ args }) => {
        const sql = new pg.Client({ connectionString: stores.databaseUrl });
        await sql.connect();
        await sql.query('ALTER POLICY tenant ON users USING (true)');
        const { exitCode, stderr } = await nomosly(...args).finally(async () => {
          await sql.query(
            `ALTER POLICY tenant ON users
             USING (id = nullif(current_setting('app.tenant_id', true), '')::uuid)`,
          );
          await sql.end();
        });
        expect(stderr).toContain('does not keep customers apart');
        expect(stderr).not.toMatch(/\n\s+at /u);
        expect(exitCode).toBe(1);
      },
    );

    it.each([{ args: create }, { args: ['audit', 'verify'] }])(
      'in a sentence while PostgreSQL is away: $args',
      async ({ args }) => {
        const outcome = await runCommand(
          {
            environment: {
              ...stores.environment,
              DATABASE_URL_KEYS: nowhere('postgresql'),
              DATABASE_URL_WORKER: nowhere('postgresql'),
            },
          },
          args,
        );
        expect(outcome).toEqual({
          exitCode: 1,
          stdout: '',
          stderr: "The command failed: Can't reach database server at 127.0.0.1:1\n",
        });
      },
    );

    it('in a sentence where dead letters cannot be read, as Redis is away', async () => {
      const outcome = await runCommand({ environment: { REDIS_URL: nowhere('redis') } }, [
        ...['usage', 'dead-letters', 'list'],
      ]);
      expect(outcome).toEqual({
        exitCode: 1,
        stdout: '',
        stderr: 'Redis cannot be reached: see REDIS_URL.\n',
      });
    });

    it('well without Redis where PostgreSQL is enough', async () => {
      const environment = { ...stores.environment, REDIS_URL: nowhere('redis') };
      const made = await runCommand({ environment }, create);
      expect(made).toMatchObject({ exitCode: 0, stderr: '' });
      const listed = await runCommand({ environment }, list);
      expect(listed).toMatchObject({ exitCode: 0, stderr: '' });
      const verified = await runCommand({ environment }, ['audit', 'verify']);
      expect(verified).toMatchObject({ exitCode: 0, stderr: '' });
    });

    it('with 1 where a checkpoint cannot be signed for want of a key', async () => {
      const outcome = await nomosly('audit', 'checkpoint');
      expect(outcome.stderr).toContain('There is no signing key');
      expect(outcome.exitCode).toBe(1);
    });
  });
});
