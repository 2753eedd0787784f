import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Realm } from '../src/realms/realm.js';
import { post } from './support/oauth-client.js';
import { type ServiceProcess, startServiceProcess } from './support/service-process.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

/** As many guesses at one application's secret as one place has at once. */
const GUESSES = 10;

describe('whoever guesses at client secrets', () => {
  let stack: Stack;
  let realm: Realm;
  let application: TestApplication;
  let another: ServiceProcess;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    another = await startServiceProcess(stack);
  });
  beforeEach(async () => {
    application = await machine();
  });
  afterAll(async () => {
    await another.stop();
    await stack.stop();
  });

  const machine = (): Promise<TestApplication> =>
    stack.createApplication(realm, {
      type: 'machine',
      redirectUris: [],
      grantTypes: ['client_credentials'],
    });
  const form = { grant_type: 'client_credentials' };
  const guess = async (issuer = realm.issuer, path = 'token'): Promise<number> =>
    (await post(issuer, path, { ...application, clientSecret: 'nmas_guess' }, form)).status;

  it('is turned away after ten, in all processes, with the right secret too, and nobody else is', async () => {
    const elsewhere = `${another.url}/acme`;
    for (let tried = 0; tried < GUESSES; tried += 1) {
      expect(await guess(tried % 2 === 0 ? realm.issuer : elsewhere)).toBe(401);
    }
    expect(await guess()).toBe(429);
    expect(await guess(elsewhere)).toBe(429);
    expect(await guess(realm.issuer, 'introspect')).toBe(429);
    const right = await post(realm.issuer, 'token', application, form);
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(right.headers.get('content-type')).toBe('application/problem+json');
    // What a client library shows, beside the problem.
    expect(right.body).toMatchObject({
      code: 'too_many_failures',
      error: 'temporarily_unavailable',
      error_description: expect.stringMatching(/Retry-After/u),
    });
    expect((await post(realm.issuer, 'token', await machine(), form)).status).toBe(200);
  });

  it('is counted by each process while Redis is away', async () => {
    await stack.redis.kill();
    for (let tried = 0; tried < GUESSES; tried += 1) expect(await guess()).toBe(401);
    expect(await guess()).toBe(429);
    expect((await post(realm.issuer, 'token', await machine(), form)).status).toBe(200);
  });
});
