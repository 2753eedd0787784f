import { API } from './applications.js';
import { type Case } from './case.js';
import { ask, encode, idTokenFor, type Parameter, tokensFor } from './flows.js';
import { type Side } from './side.js';

const logout = (
  name: string,
  parameters: (side: Side) => readonly Parameter[] | Promise<readonly Parameter[]>,
  cookie?: (side: Side) => string,
): Case => ({
  name: `logout: ${name}`,
  request: async (side) => ({
    method: 'GET',
    path: `/logout?${encode(await parameters(side))}`,
    headers: { accept: 'text/html', ...(cookie !== undefined && { cookie: cookie(side) }) },
  }),
});

const logouts: readonly Case[] = [
  logout(
    'nothing but a session',
    () => [],
    (side) => side.cookie,
  ),
  logout('an address without an application', () => [
    ['post_logout_redirect_uri', 'https://app.example.com/signed-out'],
  ]),
  logout('an address of an application that is named', (side) => [
    ['post_logout_redirect_uri', 'https://app.example.com/signed-out'],
    ['client_id', side.clientId('basic')],
  ]),
  logout('an address that is not registered', async (side) => [
    ['post_logout_redirect_uri', 'https://evil.example/'],
    ['id_token_hint', await idTokenFor(side, 'basic')],
  ]),
  logout('an address for signing in', async (side) => [
    ['post_logout_redirect_uri', 'https://app.example.com/callback'],
    ['id_token_hint', await idTokenFor(side, 'basic')],
  ]),
  logout('the hint of another application', async (side) => [
    ['client_id', side.clientId('post')],
    ['id_token_hint', await idTokenFor(side, 'basic')],
  ]),
  logout('an access token as a hint', async (side) => [
    ['id_token_hint', (await tokensFor(side, 'basic', [['resource', API]])).accessToken],
  ]),
  logout('a hint alone', async (side) => [['id_token_hint', await idTokenFor(side, 'basic')]]),
];

const userinfo = (
  name: string,
  headers: (side: Side) => Record<string, string> | Promise<Record<string, string>>,
  path = '/userinfo',
): Case => ({
  name: `userinfo: ${name}`,
  request: async (side) => ({ method: 'GET', path, headers: await headers(side) }),
});

const accessTokenOf = async (side: Side, more: readonly Parameter[] = []): Promise<string> =>
  (await tokensFor(side, 'basic', more)).accessToken;

const userinfos: readonly Case[] = [
  userinfo('a token', async (side) => ({
    authorization: `Bearer ${await accessTokenOf(side)}`,
  })),
  userinfo('a token, Bearer in lower case', async (side) => ({
    authorization: `bearer ${await accessTokenOf(side)}`,
  })),
  userinfo('a token as DPoP', async (side) => ({
    authorization: `DPoP ${await accessTokenOf(side)}`,
  })),
  userinfo('a token without a scheme', async (side) => ({
    authorization: await accessTokenOf(side),
  })),
  userinfo('a token as Basic', () => ({ authorization: 'Basic YTpi' })),
  userinfo('a scheme without a token', () => ({ authorization: 'Bearer' })),
  userinfo('a token that nobody knows', () => ({ authorization: 'Bearer unknown' })),
  userinfo('a token with a space in it', () => ({ authorization: 'Bearer a b' })),
  userinfo('a token of 9,000 characters', () => ({
    authorization: `Bearer ${'x'.repeat(9_000)}`,
  })),
  userinfo('a token for an API', async (side) => ({
    authorization: `Bearer ${await accessTokenOf(side, [['resource', API]])}`,
  })),
  userinfo('a refresh token', async (side) => ({
    authorization: `Bearer ${(await tokensFor(side, 'basic')).refreshToken}`,
  })),
  userinfo('an ID token', async (side) => ({
    authorization: `Bearer ${(await tokensFor(side, 'basic')).idToken}`,
  })),
  userinfo('a token that was revoked', async (side) => {
    const accessToken = await accessTokenOf(side);
    await ask(side, 'basic', '/revoke', [['token', accessToken]]);
    return { authorization: `Bearer ${accessToken}` };
  }),
  {
    name: 'userinfo: a token in the query',
    request: async (side) => ({
      method: 'GET',
      path: `/userinfo?access_token=${await accessTokenOf(side)}`,
      headers: {},
    }),
  },
  {
    name: 'userinfo: a token in the body',
    request: async (side) => ({
      method: 'POST',
      path: '/userinfo',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `access_token=${await accessTokenOf(side)}`,
    }),
  },
  {
    name: 'userinfo: a token in the body and in the header',
    request: async (side) => {
      const accessToken = await accessTokenOf(side);
      return {
        method: 'POST',
        path: '/userinfo',
        headers: {
          authorization: `Bearer ${accessToken}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: `access_token=${accessToken}`,
      };
    },
  },
  {
    name: 'userinfo: by POST with the token in the header',
    request: async (side) => ({
      method: 'POST',
      path: '/userinfo',
      headers: { authorization: `Bearer ${await accessTokenOf(side)}` },
    }),
  },
];

/** How sessions end, and what access tokens open. */
export const CASES_OF_SESSIONS: readonly Case[] = [...logouts, ...userinfos];
