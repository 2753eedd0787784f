import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Realm } from '../src/realms/realm.js';
import { redeem, refresh } from './support/oauth-client.js';
import { plantCode, plantGrant, plantUser } from './support/planted.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';
import { whileUnderWay } from './support/under-way.js';

/** The order of two things is decided by locks, however long one of them takes. */
describe('what is under way', () => {
  let stack: Stack;
  let realm: Realm;
  let application: TestApplication;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    application = await stack.createApplication(realm, {
      scopes: ['openid', 'offline_access'],
    });
  });
  afterAll(() => stack.stop());

  const refused = { status: 400, body: { error: 'invalid_grant' } };

  it('a revocation is waited for by a refresh, which then gives nothing', async () => {
    const ada = await plantUser(stack, realm);
    const grant = await plantGrant(stack, realm, application.clientId, ada);
    const { result, waited } = await whileUnderWay(
      stack.databaseUrl,
      {
        sql: `UPDATE grants SET revoked_at = now(), revoked_reason = 'revoked_by_operator' WHERE id = $1`,
        parameters: [grant.grantId],
      },
      () => refresh(realm, application, grant.refreshToken),
    );
    expect(waited).toBe(true);
    expect(result).toMatchObject(refused);
  });

  it.each([
    ['a deactivation', `UPDATE users SET status = 'deactivated' WHERE id = $1`],
    [
      'a change of the password',
      `UPDATE sessions SET revoked_at = now(), revoked_reason = 'password_changed' WHERE user_id = $1`,
    ],
    [
      'signing out',
      `UPDATE sessions SET revoked_at = now(), revoked_reason = 'signed_out' WHERE user_id = $1`,
    ],
    ['taking the consent back', `UPDATE consents SET revoked_at = now() WHERE user_id = $1`],
    [
      'disabling the application',
      `UPDATE applications SET disabled_at = now()
       WHERE id = (SELECT application_id FROM consents WHERE user_id = $1)`,
    ],
  ])('%s is waited for by a redemption, which then gives nothing', async (_name, sql) => {
    const ada = await plantUser(stack, realm);
    const code = await plantCode(stack, realm, application.clientId, ada);
    const { result, waited } = await whileUnderWay(
      stack.databaseUrl,
      { sql, parameters: [ada.user.id] },
      () => redeem(realm, application, code),
    );
    expect(waited).toBe(true);
    expect(result).toMatchObject(refused);
  });
});
