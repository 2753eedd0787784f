import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Realm } from '../src/realms/realm.js';
import { startStack, type Stack } from './support/stack.js';

describe('the management API', () => {
  let stack: Stack;
  let realm: Realm;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
  });
  afterAll(() => stack.stop());

  it('reads the organization', async () => {
    const token = await stack.managementToken(realm);
    const response = await fetch(`${realm.issuer}/api/v1/organization`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ slug: 'acme', mode: 'live' });
  });
});
