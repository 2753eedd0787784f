import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import { generateKeyPair, exportJWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import * as client from 'openid-client';
import passport from 'passport';
import { Strategy } from 'passport-openidconnect';
import { decideDeviceRequest } from '@nomo/oauth-engine';
import { signInOf } from '../src/oauth/browser/browser-sessions.js';
import { OAuthContexts } from '../src/oauth/contexts/oauth-contexts.js';
import { type Realm } from '../src/realms/realm.js';
import { type User } from '../src/users/user.js';
import { CHALLENGE, REDIRECT_URI, TestBrowser, VERIFIER } from './support/browser.js';
import { startStack, type Stack, type TestApplication } from './support/stack.js';

const SCOPES = ['openid', 'profile', 'email', 'offline_access'];
const SCOPE = SCOPES.join(' ');

/** Libraries that others write their applications with, against the running service. */
describe('real clients', () => {
  let stack: Stack;
  let realm: Realm;
  let ada: User;

  beforeAll(async () => {
    stack = await startStack();
    realm = await stack.createOrganization('acme');
    ada = await stack.createUser(realm, 'ada@example.com');
  });
  afterAll(() => stack.stop());

  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the service of a test speaks plain HTTP
  const insecure = { execute: [client.allowInsecureRequests] };

  describe('openid-client', () => {
    const discover = (
      application: TestApplication,
      method?: client.ClientAuth,
    ): Promise<client.Configuration> =>
      client.discovery(
        new URL(realm.issuer),
        application.clientId,
        { client_secret: application.clientSecret ?? '' },
        method ?? client.ClientSecretBasic(application.clientSecret ?? ''),
        insecure,
      );

    it('gets, refreshes, introspects and revokes tokens with code and PKCE, and signs out', async () => {
      const application = await stack.createApplication(realm, {
        scopes: SCOPES,
        postLogoutRedirectUris: ['https://app.example.com/bye'],
        mayIntrospect: true,
      });
      const config = await discover(application);
      const verifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const nonce = client.randomNonce();
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: REDIRECT_URI,
        scope: SCOPE,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const browser = new TestBrowser(stack, realm);
      const callback = await browser.authorize(url.href, ada);
      const tokens = await client.authorizationCodeGrant(config, callback, {
        pkceCodeVerifier: verifier,
        expectedState: state,
        expectedNonce: nonce,
        idTokenExpected: true,
      });
      expect(tokens.claims()?.sub).toBe(ada.id);
      const userinfo = await client.fetchUserInfo(config, tokens.access_token, ada.id);
      expect(userinfo.email).toBe('ada@example.com');

      const fresh = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
      const seen = await client.tokenIntrospection(config, fresh.access_token);
      expect(seen).toMatchObject({ active: true, sub: ada.id });
      await client.tokenRevocation(config, fresh.refresh_token ?? '');
      const dead = await client.tokenIntrospection(config, fresh.access_token);
      expect(dead).toEqual({ active: false });

      const bye = client.buildEndSessionUrl(config, {
        id_token_hint: fresh.id_token ?? '',
        post_logout_redirect_uri: 'https://app.example.com/bye',
        state: 'gone',
      });
      const signedOut = await browser.send(bye.href);
      expect([signedOut.status, signedOut.headers.get('location')]).toEqual([
        303,
        'https://app.example.com/bye?state=gone',
      ]);
      await expect(browser.begin(url.href)).resolves.toEqual(expect.any(String));
    });

    it('pushes its request, and has its tokens bound to a DPoP key', async () => {
      const application = await stack.createApplication(realm, {
        type: 'native',
        tokenEndpointAuthMethod: 'none',
        redirectUris: ['com.example.app:/callback'],
        scopes: SCOPES,
        parRequired: true,
        dpopBound: true,
      });
      const config = await discover(application, client.None());
      const dpop = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
      const verifier = client.randomPKCECodeVerifier();
      const url = await client.buildAuthorizationUrlWithPAR(
        config,
        {
          redirect_uri: 'com.example.app:/callback',
          scope: SCOPE,
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          state: 'pushed',
        },
        { DPoP: dpop },
      );
      expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request_uri']);
      const callback = await new TestBrowser(stack, realm).authorize(url.href, ada);
      const tokens = await client.authorizationCodeGrant(
        config,
        callback,
        { pkceCodeVerifier: verifier, expectedState: 'pushed' },
        undefined,
        { DPoP: dpop },
      );
      expect(tokens.token_type).toBe('dpop');
      const userinfo = await client.fetchUserInfo(config, tokens.access_token, ada.id, {
        DPoP: dpop,
      });
      expect(userinfo.sub).toBe(ada.id);
      const stolen = await fetch(`${realm.issuer}/userinfo`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      expect(stolen.status).toBe(401);
      const fresh = await client.refreshTokenGrant(
        config,
        tokens.refresh_token ?? '',
        undefined,
        { DPoP: dpop },
      );
      const other = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));
      await expect(
        client.refreshTokenGrant(config, fresh.refresh_token ?? '', undefined, {
          DPoP: other,
        }),
      ).rejects.toMatchObject({ error: 'invalid_grant' });
    });

    it('waits for the user of a device', async () => {
      const application = await stack.createApplication(realm, {
        type: 'native',
        tokenEndpointAuthMethod: 'none',
        redirectUris: [],
        grantTypes: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
        scopes: SCOPES,
      });
      const config = await discover(application, client.None());
      const device = await client.initiateDeviceAuthorization(config, { scope: SCOPE });
      expect(device.verification_uri).toBe(`${realm.issuer}/device`);
      const polling = client.pollDeviceAuthorizationGrant(config, { ...device, interval: 1 });
      const session = await new TestBrowser(stack, realm).startSession(ada);
      const context = await stack.get(OAuthContexts).of(realm, {});
      const typed = device.user_code.toLowerCase();
      expect(
        await decideDeviceRequest(context, {
          typed,
          signIn: signInOf(session),
          approved: true,
        }),
      ).toBe(true);
      const tokens = await polling;
      expect(tokens.claims()?.sub).toBe(ada.id);
    });

    it('acts for itself, with a secret and with a key', async () => {
      const machine = await stack.createApplication(realm, {
        type: 'machine',
        redirectUris: [],
        grantTypes: ['client_credentials'],
        scopes: ['users:read'],
        resources: [realm.managementAudience],
        defaultResource: realm.managementAudience,
      });
      const config = await discover(machine);
      const tokens = await client.clientCredentialsGrant(config, { scope: 'users:read' });
      const users = await fetch(`${realm.issuer}/api/v1/users`, {
        headers: { authorization: `Bearer ${tokens.access_token}` },
      });
      expect(users.status).toBe(200);

      const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
      const keyed = await stack.createApplication(realm, {
        type: 'machine',
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwks: { keys: [{ ...(await exportJWK(publicKey)), kty: 'EC', kid: 'one' }] },
        redirectUris: [],
        grantTypes: ['client_credentials'],
      });
      const withKey = await discover(
        keyed,
        client.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
      );
      expect((await client.clientCredentialsGrant(withKey)).token_type).toBe('bearer');
    });
  });

  it('oauth4webapi gets tokens for a single-page application', async () => {
    const application = await stack.createApplication(realm, {
      type: 'single_page',
      tokenEndpointAuthMethod: 'none',
      scopes: SCOPES,
    });
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the service of a test speaks plain HTTP
    const allow = { [oauth.allowInsecureRequests]: true };
    const issuer = new URL(realm.issuer);
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, allow),
    );
    const metadata = { client_id: application.clientId };
    const verifier = oauth.generateRandomCodeVerifier();
    const url = new URL(server.authorization_endpoint ?? '');
    url.search = new URLSearchParams({
      client_id: application.clientId,
      redirect_uri: REDIRECT_URI,
      response_type: 'code',
      scope: SCOPE,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce: 'once',
    }).toString();
    const callback = await new TestBrowser(stack, realm).authorize(url.href, ada);
    const parameters = oauth.validateAuthResponse(
      server,
      metadata,
      callback,
      oauth.expectNoState,
    );
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      metadata,
      oauth.None(),
      parameters,
      REDIRECT_URI,
      verifier,
      allow,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, metadata, response, {
      expectedNonce: 'once',
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, response, allow);
    expect(oauth.getValidatedIdTokenClaims(tokens)?.sub).toBe(ada.id);
    const fresh = await oauth.processRefreshTokenResponse(
      server,
      metadata,
      await oauth.refreshTokenGrantRequest(
        server,
        metadata,
        oauth.None(),
        tokens.refresh_token ?? '',
        allow,
      ),
    );
    expect(fresh.refresh_token).not.toBe(tokens.refresh_token);
  });

  it('passport-openidconnect signs a user in to a web application', async () => {
    const app = express();
    const web = createServer(app);
    const url = await addressOf(web);
    const application = await stack.createApplication(realm, {
      tokenEndpointAuthMethod: 'client_secret_post',
      redirectUris: [`${url}/callback`],
      scopes: SCOPES,
    });
    // It keeps state and nonce where an application keeps its sessions: here, in memory.
    const kept = new Map<string, object>();
    app.use((request, _response, next) => {
      const name = 'the only browser';
      if (!kept.has(name)) kept.set(name, {});
      Object.assign(request, { session: kept.get(name) });
      next();
    });
    const strategy = new Strategy(
      {
        issuer: realm.issuer,
        authorizationURL: `${realm.issuer}/authorize`,
        tokenURL: `${realm.issuer}/token`,
        userInfoURL: `${realm.issuer}/userinfo`,
        clientID: application.clientId,
        clientSecret: application.clientSecret ?? '',
        callbackURL: `${url}/callback`,
        scope: 'profile email',
        skipUserProfile: false,
      },
      (_issuer, profile, done) => {
        done(null, profile);
      },
    );
    // It knows nothing of PKCE, which is asked of everybody here (OAuth 2.1, section 4.1.1): an
    // application adds it where the library lets it.
    strategy.authorizationParams = () => ({
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    });
    const exchange = strategy._oauth2.getOAuthAccessToken.bind(strategy._oauth2);
    strategy._oauth2.getOAuthAccessToken = (code, parameters, callback) => {
      exchange(code, { ...parameters, code_verifier: VERIFIER }, callback);
    };
    const authenticate = passport.authenticate(strategy, {
      session: false,
    }) as express.RequestHandler;
    app.get('/login', authenticate);
    app.get('/callback', authenticate, (request, response) => {
      response.json(request.user);
    });
    const login = await fetch(`${url}/login`, { redirect: 'manual' });
    const browser = new TestBrowser(stack, realm);
    const callback = await browser.authorize(login.headers.get('location') ?? '', ada);
    const answer = await fetch(callback);
    expect(await answer.json()).toMatchObject({
      id: ada.id,
      emails: [{ value: 'ada@example.com' }],
    });
    web.close();
  });

  async function addressOf(server: Server): Promise<string> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
});
