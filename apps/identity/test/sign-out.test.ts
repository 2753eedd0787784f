import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signOut } from '@nomo/oauth-engine';
import pg from 'pg';
import { OAuthContexts } from '../src/oauth/contexts/oauth-contexts.js';
import { type Realm } from '../src/realms/realm.js';
import { type OAuthAnswer, redeem, refresh } from './support/oauth-client.js';
import { plantCode, plantUser, type SignedIn } from './support/planted.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

const ONLINE = ['openid'];
const OFFLINE = ['openid', 'offline_access'];
const TRIALS = 40;

describe('signing out', () => {
  let stack: Stack;
  let realm: Realm;
  let application: TestApplication;
  let owner: pg.Client;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    application = await stack.createApplication(realm, { scopes: OFFLINE });
    owner = new pg.Client({ connectionString: stack.databaseUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await stack.stop();
  });

  const codeOf = (signedIn: SignedIn, scope: readonly string[]): Promise<string> =>
    plantCode(stack, realm, application.clientId, signedIn, scope);

  const leave = async ({ user, sessionId }: SignedIn): Promise<void> => {
    const context = await stack.get(OAuthContexts).of(realm, {});
    await signOut(context, { sessionId, userId: user.id });
  };

  const livingGrants = async ({ sessionId }: SignedIn): Promise<number> => {
    const { rows } = await owner.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM grants
       WHERE session_id = $1 AND revoked_at IS NULL`,
      [sessionId],
    );
    return rows[0]?.count ?? -1;
  };

  it.each([
    ['without offline_access', ONLINE],
    ['with offline_access', OFFLINE],
  ])('makes a code %s worthless that was not redeemed yet', async (_, scope) => {
    const signedIn = await plantUser(stack, realm);
    const code = await codeOf(signedIn, scope);
    await leave(signedIn);
    expect(await redeem(realm, application, code)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
    expect(await livingGrants(signedIn)).toBe(0);
  });

  it('leaves alone what an application holds for when its user is away', async () => {
    const signedIn = await plantUser(stack, realm);
    const { body } = await redeem(realm, application, await codeOf(signedIn, OFFLINE));
    await leave(signedIn);
    expect(await refresh(realm, application, body.refresh_token ?? '')).toMatchObject({
      status: 200,
    });
  });

  it('leaves nothing alive that was redeemed at the same moment', async () => {
    const outcomes: OAuthAnswer[] = [];
    for (let trial = 0; trial < TRIALS; trial += 1) {
      const signedIn = await plantUser(stack, realm);
      const code = await codeOf(signedIn, ONLINE);
      const [answer] = await Promise.all([redeem(realm, application, code), leave(signedIn)]);
      outcomes.push(answer);
      expect(await livingGrants(signedIn)).toBe(0);
      const issued = answer.body.refresh_token;
      if (issued !== undefined) {
        expect(await refresh(realm, application, issued)).toMatchObject({ status: 400 });
      }
    }
    expect(outcomes.every(({ status }) => status === 200 || status === 400)).toBe(true);
  });
});
