import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationsService } from '../src/applications/applications.service.js';
import { OPERATOR } from '../src/audit/origin.js';
import { Tenants } from '../src/database/database.js';
import { type Realm } from '../src/realms/realm.js';
import { UsersService } from '../src/users/users.service.js';
import { post, refresh } from './support/oauth-client.js';
import { plantGrant, plantUser } from './support/planted.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

/** More than one question takes. */
const AT_A_TIME = 250;

describe('introspections that are asked together', () => {
  let stack: Stack;
  let realm: Realm;
  let other: Realm;
  let caller: TestApplication;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    other = await stack.createOrganization('other');
    caller = await stack.createApplication(realm, { mayIntrospect: true });
  });
  afterAll(() => stack.stop());

  const isActive = async (
    token: string,
    { issuer }: Pick<Realm, 'issuer'> = realm,
    by = caller,
  ): Promise<unknown> => (await post(issuer, 'introspect', by, { token })).body['active'];

  const machineToken = async (of: Realm, application: TestApplication): Promise<string> =>
    (await post(of.issuer, 'token', application, { grant_type: 'client_credentials' })).body
      .access_token ?? '';
  const machine = (of: Realm): Promise<TestApplication> =>
    stack.createApplication(of, {
      type: 'machine',
      redirectUris: [],
      grantTypes: ['client_credentials'],
      mayIntrospect: true,
    });

  async function userToken(): Promise<{ token: string; userId: string }> {
    const application = await stack.createApplication(realm, {
      scopes: ['openid', 'offline_access'],
    });
    const person = await plantUser(stack, realm);
    const { refreshToken } = await plantGrant(stack, realm, application.clientId, person);
    const { body } = await refresh(realm, application, refreshToken);
    return { token: body.access_token ?? '', userId: person.user.id };
  }

  it('are answered each for its own token, as it is now', async () => {
    const inRealm = <R>(work: Parameters<Tenants['withTenant']>[1]): Promise<R> =>
      stack.get(Tenants).withTenant(realm.orgId, work) as Promise<R>;
    const alive = await userToken();
    const deactivated = await userToken();
    await inRealm((tx) =>
      stack.get(UsersService).deactivate(tx, realm, deactivated.userId, OPERATOR),
    );
    const ours = await machine(realm);
    const machineAlive = await machineToken(realm, ours);
    const revoked = await machineToken(realm, ours);
    await post(realm.issuer, 'revoke', ours, { token: revoked });
    const gone = await machine(realm);
    const ofGone = await machineToken(realm, gone);
    await inRealm((tx) =>
      stack.get(ApplicationsService).disable(tx, realm, gone.clientId, OPERATOR),
    );
    const theirs = await machine(other);
    const foreign = await machineToken(other, theirs);

    const cases = [
      [alive.token, true],
      [deactivated.token, false],
      [machineAlive, true],
      [revoked, false],
      [ofGone, false],
      [foreign, false],
    ] as const;
    const asked = Array.from(
      { length: AT_A_TIME },
      (_, n) => cases[n % cases.length] ?? cases[0],
    );
    const answers = await Promise.all([
      ...asked.map(([token]) => isActive(token)),
      // Another realm, in between.
      isActive(foreign, other, theirs),
    ]);
    expect(answers).toEqual([...asked.map(([, expected]) => expected), true]);
  });

  it('tell of a revocation as soon as it is answered, to whoever asks after that', async () => {
    const ours = await machine(realm);
    const tokens = await Promise.all(
      Array.from({ length: 20 }, () => machineToken(realm, ours)),
    );
    const seen = await Promise.all(
      tokens.map(async (token) => {
        // Others keep asking all the while.
        const before = isActive(token);
        await post(realm.issuer, 'revoke', ours, { token });
        const after = await isActive(token);
        await before;
        return after;
      }),
    );
    expect(seen).toEqual(tokens.map(() => false));
  });
});
