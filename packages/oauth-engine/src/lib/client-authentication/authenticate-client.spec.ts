import { beforeEach, describe, expect, it } from '@jest/globals';
import { sha256Digest } from '@nomo/security-core';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet } from 'jose';

import { postOf } from '../../../test/memory/requests.js';
import { serviceApplication } from '../../../test/memory/redemption.js';
import { issuer, stand, type Standing } from '../../../test/memory/standing.js';
import { type EndpointName } from '../endpoints.js';
import { readParameters } from '../http/read-parameters.js';
import { type Application, type ClientAuthentication } from '../model/application.js';
import { authenticateClient } from './authenticate-client.js';

const { privateKey, publicKey } = await generateKeyPair('PS256');
const jwks: JSONWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k' }] };

let standing: Standing;
beforeEach(async () => {
  standing = await stand();
  register({ method: 'private_key_jwt', jwks });
});

function register(authentication: ClientAuthentication): void {
  const { applications } = standing.store.state;
  applications.set('service', { ...serviceApplication, authentication });
}

async function assertion(changes: object = {}, key: CryptoKey = privateKey): Promise<string> {
  const claims = {
    iss: 'service',
    sub: 'service',
    aud: issuer,
    exp: standing.clock.at.getTime() / 1_000 + 60,
    jti: 'one',
  };
  return new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'PS256', kid: 'k' })
    .sign(key);
}

function authenticate(
  client_assertion: string,
  more: Readonly<Record<string, string>> = {},
  endpoint: EndpointName = 'token',
): Promise<Application> {
  const request = postOf({
    client_assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    ...more,
  });
  const parameters = readParameters(endpoint, request);
  return authenticateClient(standing.context, endpoint, request, parameters);
}

const invalidClient = { name: 'OAuthError', code: 'invalid_client', status: 401, headers: {} };

describe('a secret that is sent in the other way', () => {
  const post = (client_secret: string): Promise<Application> => {
    const request = postOf({ client_id: 'service', client_secret });
    const parameters = readParameters('token', request);
    return authenticateClient(standing.context, 'token', request, parameters);
  };

  it('is refused, and who has it is told which way', async () => {
    const secretDigests = [sha256Digest('right')];
    register({ method: 'client_secret_basic', secretDigests });
    await expect(post('right')).rejects.toMatchObject({
      ...invalidClient,
      description: 'The secret is right, but this application sends it by client_secret_basic',
    });
    const description = 'The application could not be authenticated';
    await expect(post('wrong')).rejects.toMatchObject({ ...invalidClient, description });
  });
});

describe('private_key_jwt (RFC 7523)', () => {
  it('proves an application by its registered key', async () => {
    const { clientId } = await authenticate(await assertion(), { client_id: 'service' });
    expect(clientId).toBe('service');
  });

  it('accepts the URL of the token endpoint and of the endpoint itself as audience', async () => {
    const toToken = await assertion({ aud: `${issuer}/token` });
    expect(await authenticate(toToken, {}, 'pushedAuthorization')).toBeDefined();
    const toPar = await assertion({ aud: `${issuer}/par`, jti: 'two' });
    expect(await authenticate(toPar, {}, 'pushedAuthorization')).toBeDefined();
    const elsewhere = await assertion({ aud: `${issuer}/par`, jti: 'three' });
    await expect(authenticate(elsewhere)).rejects.toMatchObject(invalidClient);
  });

  it('is good once', async () => {
    const jwt = await assertion();
    await authenticate(jwt);
    await expect(authenticate(jwt)).rejects.toMatchObject(invalidClient);
  });

  it('takes the keys from where the application publishes them', async () => {
    register({ method: 'private_key_jwt', jwksUri: 'https://service.example/jwks' });
    await expect(authenticate(await assertion())).rejects.toMatchObject(invalidClient);
    standing.publishedKeys.set('https://service.example/jwks', jwks);
    expect((await authenticate(await assertion())).clientId).toBe('service');
  });

  it('refuses another key', async () => {
    const { privateKey: strange } = await generateKeyPair('PS256');
    const jwt = await assertion({}, strange);
    await expect(authenticate(jwt)).rejects.toMatchObject(invalidClient);
  });

  it('refuses a client_id that is not the subject', async () => {
    const jwt = await assertion();
    await expect(authenticate(jwt, { client_id: 'web-app' })).rejects.toMatchObject(
      invalidClient,
    );
  });

  it('refuses an application that is unknown, or registered for another way', async () => {
    const unknown = await assertion({ iss: 'nobody', sub: 'nobody' });
    await expect(authenticate(unknown)).rejects.toMatchObject(invalidClient);
    register({ method: 'client_secret_post', secretDigests: [] });
    await expect(authenticate(await assertion())).rejects.toMatchObject(invalidClient);
  });

  it('refuses what is no JWT', async () => {
    await expect(authenticate('nothing')).rejects.toMatchObject(invalidClient);
  });
});
