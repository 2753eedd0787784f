import { API, type ApplicationName, redirectUriOf } from './applications.js';
import { type Case } from './case.js';
import {
  ask,
  codeFor,
  DEVICE_GRANT,
  deviceCodeFor,
  formOf,
  ownTokenOf,
  type Parameter,
  redemptionOf,
  tokensFor,
  VERIFIER,
} from './flows.js';
import { type Side } from './side.js';

type Parameters = readonly Parameter[];

/** A request to the token endpoint in the name of an application. */
export const tokenCase = (
  name: string,
  application: ApplicationName,
  parameters: (side: Side) => Parameters | Promise<Parameters>,
  headers: (side: Side) => Promise<Record<string, string>> = () => Promise.resolve({}),
): Case => ({
  name: `token: ${name}`,
  request: async (side) =>
    formOf(side, application, '/token', await parameters(side), await headers(side)),
});

/** The same at another endpoint. */
const about = (
  place: 'introspection' | 'revocation',
  name: string,
  application: ApplicationName,
  subject: (side: Side) => Promise<string>,
  hint?: string,
): Case => ({
  name: `${place}: ${name}`,
  request: async (side) =>
    formOf(side, application, place === 'introspection' ? '/introspect' : '/revoke', [
      ['token', await subject(side)],
      ...(hint === undefined ? [] : ([['token_type_hint', hint]] as const)),
    ]),
});

const refreshing = (refreshToken: string, more: Parameters = []): Parameters => [
  ['grant_type', 'refresh_token'],
  ['refresh_token', refreshToken],
  ...more,
];

const polling = (deviceCode: string): Parameters => [
  ['grant_type', DEVICE_GRANT],
  ['device_code', deviceCode],
];

/** Replaces a parameter. */
const changed = (parameters: Parameters, name: string, value: string): Parameters =>
  parameters.map((parameter) => (parameter[0] === name ? [name, value] : parameter));

const GRANT_TYPES = [
  'password',
  'implicit',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'urn:openid:params:grant-type:ciba',
  'constructor',
  '__proto__',
];

const codes: readonly Case[] = [
  tokenCase('a code a second time', 'basic', async (side) => {
    const parameters = await redemptionOf(side, 'basic');
    await ask(side, 'basic', '/token', parameters);
    return parameters;
  }),
  tokenCase('a code of another application', 'post', async (side) => [
    ...changed(await redemptionOf(side, 'basic'), 'redirect_uri', redirectUriOf('basic')),
  ]),
  tokenCase('a code with another registered redirect URI', 'basic', async (side) =>
    changed(await redemptionOf(side, 'basic'), 'redirect_uri', 'https://app.example.com/other'),
  ),
  tokenCase('a code with another verifier', 'basic', async (side) =>
    changed(await redemptionOf(side, 'basic'), 'code_verifier', `${VERIFIER}x`),
  ),
  tokenCase('a code with a verifier that is too short', 'basic', async (side) =>
    changed(await redemptionOf(side, 'basic'), 'code_verifier', 'short'),
  ),
  tokenCase('a code with a verifier of 129 characters', 'basic', async (side) =>
    changed(await redemptionOf(side, 'basic'), 'code_verifier', 'v'.repeat(129)),
  ),
  tokenCase('a code with its challenge for a verifier', 'basic', async (side) =>
    changed(
      await redemptionOf(side, 'basic'),
      'code_verifier',
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    ),
  ),
  tokenCase('a refresh token as a code', 'basic', async (side) =>
    changed(
      await redemptionOf(side, 'basic'),
      'code',
      (await tokensFor(side, 'basic')).refreshToken,
    ),
  ),
  tokenCase('a code with a scope', 'basic', async (side) => [
    ...(await redemptionOf(side, 'basic')),
    ['scope', 'read'],
  ]),
  tokenCase('a code for a resource that was not authorized', 'basic', async (side) => [
    ...(await redemptionOf(side, 'basic')),
    ['resource', API],
  ]),
  tokenCase('a code for the resource that was authorized', 'basic', async (side) => [
    ...(await redemptionOf(side, 'basic', [['resource', API]])),
    ['resource', API],
  ]),
  tokenCase('a code for an unknown resource', 'basic', async (side) => [
    ...(await redemptionOf(side, 'basic')),
    ['resource', 'https://other.example.com'],
  ]),
];

const refreshes: readonly Case[] = [
  tokenCase('a refresh token a second time', 'basic', async (side) => {
    const { refreshToken } = await tokensFor(side, 'basic');
    await ask(side, 'basic', '/token', refreshing(refreshToken));
    return refreshing(refreshToken);
  }),
  tokenCase('the successor of a refresh token that was replayed', 'basic', async (side) => {
    const { refreshToken } = await tokensFor(side, 'basic');
    const answer = await ask(side, 'basic', '/token', refreshing(refreshToken));
    await ask(side, 'basic', '/token', refreshing(refreshToken));
    const { refresh_token: successor } = JSON.parse(answer.body) as Record<string, string>;
    return refreshing(successor ?? '');
  }),
  tokenCase('the refresh token of a code that was replayed', 'basic', async (side) => {
    const parameters = await redemptionOf(side, 'basic');
    const answer = await ask(side, 'basic', '/token', parameters);
    await ask(side, 'basic', '/token', parameters);
    const { refresh_token: issued } = JSON.parse(answer.body) as Record<string, string>;
    return refreshing(issued ?? '');
  }),
  tokenCase('a refresh token of another application', 'post', async (side) =>
    refreshing((await tokensFor(side, 'basic')).refreshToken),
  ),
  tokenCase('a refresh token that was revoked', 'basic', async (side) => {
    const { refreshToken } = await tokensFor(side, 'basic');
    await ask(side, 'basic', '/revoke', [['token', refreshToken]]);
    return refreshing(refreshToken);
  }),
  tokenCase('an access token as a refresh token', 'basic', async (side) =>
    refreshing((await tokensFor(side, 'basic')).accessToken),
  ),
  tokenCase('a refresh token with a scope that was not granted', 'basic', async (side) =>
    refreshing((await tokensFor(side, 'basic')).refreshToken, [['scope', 'openid write']]),
  ),
  tokenCase('a refresh token for a resource that was not authorized', 'basic', async (side) =>
    refreshing((await tokensFor(side, 'basic')).refreshToken, [['resource', API]]),
  ),
  tokenCase('a refresh token without parameters besides', 'spa', async (side) =>
    refreshing((await tokensFor(side, 'spa')).refreshToken),
  ),
];

const others: readonly Case[] = [
  ...GRANT_TYPES.map((grantType) =>
    tokenCase(`the grant type ${grantType}`, 'basic', () => [
      ['grant_type', grantType],
      ['username', 'user@example.com'],
      ['password', 'secret'],
    ]),
  ),
  tokenCase('client credentials of a public application', 'spa', () => [
    ['grant_type', 'client_credentials'],
  ]),
  tokenCase('a code of an application without that grant', 'machine', () => [
    ['grant_type', 'authorization_code'],
    ['code', 'a-code'],
    ['redirect_uri', 'https://app.example.com/callback'],
    ['code_verifier', VERIFIER],
  ]),
  tokenCase('a device code of an application without that grant', 'spa', () =>
    polling('a-code'),
  ),
  tokenCase('client credentials with openid', 'machine', () => [
    ['grant_type', 'client_credentials'],
    ['scope', 'openid read'],
  ]),
  tokenCase('client credentials with an unknown scope', 'machine', () => [
    ['grant_type', 'client_credentials'],
    ['scope', 'unknown'],
    ['resource', API],
  ]),
  tokenCase('client credentials for an unknown resource', 'machine', () => [
    ['grant_type', 'client_credentials'],
    ['resource', 'https://other.example.com'],
  ]),
  tokenCase('client credentials for a resource with a fragment', 'machine', () => [
    ['grant_type', 'client_credentials'],
    ['resource', `${API}#fragment`],
  ]),
  tokenCase('client credentials with unknown parameters', 'machine', () => [
    ['grant_type', 'client_credentials'],
    ['unknown', '1'],
  ]),
  tokenCase('client credentials with an unknown parameter twice', 'machine', () => [
    ['grant_type', 'client_credentials'],
    ['unknown', '1'],
    ['unknown', '2'],
  ]),
  tokenCase('a device code that is pending', 'native', async (side) =>
    polling(await deviceCodeFor(side, 'native', 'pending')),
  ),
  tokenCase('a device code that was denied', 'native', async (side) =>
    polling(await deviceCodeFor(side, 'native', 'denied')),
  ),
  tokenCase('a device code a second time', 'native', async (side) => {
    const code = await deviceCodeFor(side, 'native');
    await ask(side, 'native', '/token', polling(code));
    return polling(code);
  }),
  tokenCase('a device code of another application', 'basic', async (side) =>
    polling(await deviceCodeFor(side, 'native')),
  ),
  tokenCase('a device code that is polled at once again', 'native', async (side) => {
    const code = await deviceCodeFor(side, 'native', 'pending');
    await ask(side, 'native', '/token', polling(code));
    return polling(code);
  }),
];

const accessTokenOf = async (side: Side): Promise<string> =>
  (await tokensFor(side, 'basic')).accessToken;
const refreshTokenOf = async (side: Side): Promise<string> =>
  (await tokensFor(side, 'basic')).refreshToken;
const idTokenOf = async (side: Side): Promise<string> =>
  (await tokensFor(side, 'basic')).idToken;
const unknown = (): Promise<string> => Promise.resolve('nobody-knows-it');

const aboutTokens: readonly Case[] = (['introspection', 'revocation'] as const).flatMap(
  (place) => [
    about(place, 'an access token', 'basic', accessTokenOf),
    about(
      place,
      'an access token for an API',
      'basic',
      async (side) => (await tokensFor(side, 'basic', [['resource', API]])).accessToken,
    ),
    about(
      place,
      'an access token with the hint of a refresh token',
      'basic',
      accessTokenOf,
      'refresh_token',
    ),
    about(place, 'a refresh token', 'basic', refreshTokenOf),
    about(
      place,
      'a refresh token with the hint of an access token',
      'basic',
      refreshTokenOf,
      'access_token',
    ),
    about(place, 'a refresh token with an unknown hint', 'basic', refreshTokenOf, 'unknown'),
    about(place, 'a refresh token that was revoked', 'basic', async (side) => {
      const refreshToken = await refreshTokenOf(side);
      await ask(side, 'basic', '/revoke', [['token', refreshToken]]);
      return refreshToken;
    }),
    about(place, 'a refresh token that was used', 'basic', async (side) => {
      const refreshToken = await refreshTokenOf(side);
      await ask(side, 'basic', '/token', refreshing(refreshToken));
      return refreshToken;
    }),
    about(place, 'a token of an application in its own name', 'machine', (side) =>
      ownTokenOf(side, 'machine'),
    ),
    about(place, 'an ID token', 'basic', idTokenOf),
    about(place, 'a code', 'basic', (side) => codeFor(side, 'basic')),
    about(place, 'an unknown token', 'basic', unknown),
    about(place, 'an unknown token by a public application', 'spa', unknown),
    about(place, 'an access token of another application', 'post', accessTokenOf),
    about(place, 'a refresh token of another application', 'post', refreshTokenOf),
    about(
      place,
      'an access token by the public application it is of',
      'spa',
      async (side) => (await tokensFor(side, 'spa')).accessToken,
    ),
  ],
);

/** Codes, tokens and proofs that are real, and used as they should not be. */
export const CASES_OF_GRANTS: readonly Case[] = [
  ...codes,
  ...refreshes,
  ...others,
  ...aboutTokens,
];
