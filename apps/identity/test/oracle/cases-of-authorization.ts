import { API, type ApplicationName, isPublic } from './applications.js';
import { type Case } from './case.js';
import {
  authorizationParameters,
  encode,
  formOf,
  type Parameter,
  PROOF_THUMBPRINT,
  pushedBy,
  tokensFor,
  visit,
} from './flows.js';
import { type Side } from './side.js';

/** The usual parameters, some of them changed, left out (`undefined`) or added. */
type Change = Readonly<Record<string, string | undefined>>;

function parametersOf(side: Side, application: ApplicationName, change: Change): Parameter[] {
  const usual = authorizationParameters(side, application).filter(
    ([name]) => !(name in change),
  );
  const added = Object.entries(change).flatMap(([name, value]): Parameter[] =>
    value === undefined ? [] : [[name, value]],
  );
  return [...usual, ...added];
}

interface Special {
  readonly name: string;
  readonly change: Change;
  readonly application?: ApplicationName;
}

const SPECIALS: readonly Special[] = [
  ...[
    'token',
    'id_token',
    'code token',
    'code id_token',
    'id_token code',
    'none',
    'code code',
  ].map((value): Special => ({
    name: `response_type ${value}`,
    change: { response_type: value },
  })),
  ...['fragment', 'form_post', 'web_message', 'query.jwt', 'jwt'].map((value): Special => ({
    name: `response_mode ${value}`,
    change: { response_mode: value },
  })),
  { name: 'fragment, and an error', change: { response_mode: 'fragment', scope: 'a"b' } },
  { name: 'form_post, and an error', change: { response_mode: 'form_post', prompt: 'wrong' } },
  ...[
    'login',
    'consent',
    'select_account',
    'create',
    'none login',
    'none none',
    'login consent',
    'NONE',
  ].map((value): Special => ({ name: `prompt ${value}`, change: { prompt: value } })),
  { name: 'max_age 0', change: { max_age: '0' } },
  { name: 'max_age 0 and prompt none', change: { max_age: '0', prompt: 'none' } },
  { name: 'max_age 1.5', change: { max_age: '1.5' } },
  { name: 'no PKCE', change: { code_challenge: undefined, code_challenge_method: undefined } },
  {
    name: 'no PKCE of a public application',
    change: { code_challenge: undefined, code_challenge_method: undefined },
    application: 'spa',
  },
  { name: 'plain PKCE', change: { code_challenge_method: 'plain' } },
  { name: 'PKCE with another method', change: { code_challenge_method: 'S512' } },
  { name: 'a challenge that is too short', change: { code_challenge: 'short' } },
  { name: 'a challenge that is too long', change: { code_challenge: 'x'.repeat(129) } },
  {
    name: 'a challenge that is no base64url',
    change: { code_challenge: `${'x'.repeat(42)}+` },
  },
  { name: 'no openid', change: { scope: 'profile' } },
  { name: 'a scope of an API without its resource', change: { scope: 'openid read' } },
  {
    name: 'a scope of an API with its resource',
    change: { scope: 'openid read', resource: API },
  },
  { name: 'an unknown scope', change: { scope: 'openid unknown' } },
  { name: 'a scope with a quotation mark', change: { scope: 'openid "' } },
  { name: 'an unknown resource', change: { resource: 'https://other.example.com' } },
  { name: 'a resource with a fragment', change: { resource: `${API}#a` } },
  { name: 'a resource that is relative', change: { resource: '/api' } },
  {
    name: 'a redirect URI with a query',
    change: { redirect_uri: 'https://app.example.com/callback?a=b' },
  },
  {
    name: 'a redirect URI with a fragment',
    change: { redirect_uri: 'https://app.example.com/callback#a' },
  },
  {
    name: 'a redirect URI with a slash more',
    change: { redirect_uri: 'https://app.example.com/callback/' },
  },
  {
    name: 'a redirect URI with another host',
    change: { redirect_uri: 'https://app.example.com.evil.example/callback' },
  },
  {
    name: 'a redirect URI with another port',
    change: { redirect_uri: 'https://app.example.com:8443/callback' },
  },
  {
    name: 'a redirect URI with its own port',
    change: { redirect_uri: 'https://app.example.com:443/callback' },
  },
  {
    name: 'a redirect URI with another scheme',
    change: { redirect_uri: 'http://app.example.com/callback' },
  },
  {
    name: 'a redirect URI with a path that leads up',
    change: { redirect_uri: 'https://app.example.com/x/../callback' },
  },
  {
    name: 'a redirect URI with a user',
    change: { redirect_uri: 'https://user@app.example.com/callback' },
  },
  { name: 'a redirect URI of a script', change: { redirect_uri: 'javascript:alert(1)' } },
  {
    name: 'a redirect URI of another application',
    change: { redirect_uri: 'com.example.app:/callback' },
  },
  {
    name: 'loopback with any port',
    change: { redirect_uri: 'http://127.0.0.1:51004/callback', prompt: 'none' },
    application: 'native',
  },
  {
    name: 'loopback with another path',
    change: { redirect_uri: 'http://127.0.0.1:51004/other' },
    application: 'native',
  },
  {
    name: 'loopback by another name',
    change: { redirect_uri: 'http://localhost:51004/callback' },
    application: 'native',
  },
  { name: 'an unknown application', change: { client_id: 'nobody' } },
  { name: 'an application without that grant', change: {}, application: 'machine' },
  { name: 'a request object', change: { request: 'eyJhbGciOiJub25lIn0.e30.' } },
  {
    name: 'the address of a request object',
    change: { request_uri: 'https://app.example.com/request' },
  },
  {
    name: 'an unknown pushed request',
    change: { request_uri: 'urn:ietf:params:oauth:request_uri:unknown' },
  },
  { name: 'a registration', change: { registration: '{}' } },
  { name: 'unknown parameters', change: { unknown: '1' } },
  { name: 'no state', change: { state: undefined } },
  { name: 'no nonce', change: { nonce: undefined } },
  {
    name: 'no redirect URI of an application that has two',
    change: { redirect_uri: undefined },
  },
  {
    name: 'no redirect URI of an application that has one',
    change: { redirect_uri: undefined },
    application: 'spa',
  },
  {
    name: 'an essential claim',
    change: { claims: '{"id_token":{"auth_time":{"essential":true}}}' },
  },
  {
    name: 'claims of another user',
    change: { claims: '{"id_token":{"sub":{"value":"other"}}}', prompt: 'none' },
  },
  {
    name: 'an essential acr that cannot be reached',
    change: {
      claims: '{"id_token":{"acr":{"essential":true,"value":"gold"}}}',
      prompt: 'none',
    },
  },
  { name: 'claims that are an array', change: { claims: '[]' } },
  { name: 'claims that are broken', change: { claims: '{' } },
  { name: 'deep claims', change: { claims: `${'{"a":'.repeat(500)}1${'}'.repeat(500)}` } },
  { name: 'a hint that is no token', change: { id_token_hint: 'wrong', prompt: 'none' } },
  { name: 'a key that the code is bound to', change: { dpop_jkt: PROOF_THUMBPRINT } },
  { name: 'a pushed request that was demanded', change: {}, application: 'pushing' },
];

const specials: readonly Case[] = SPECIALS.flatMap(
  ({ name, change, application = 'basic' }): Case[] => [
    {
      name: `authorization: ${name}`,
      request: (side) => visit(side, encode(parametersOf(side, application, change))),
    },
    ...(application === 'machine'
      ? []
      : [
          {
            name: `PAR: ${name}`,
            request: (side: Side) =>
              formOf(
                side,
                application,
                '/par',
                parametersOf(side, application, change).filter(
                  // A public application names itself already.
                  ([parameter]) => parameter !== 'client_id' || !isPublic(application),
                ),
              ),
          },
        ]),
  ],
);

const browsers: readonly Case[] = [
  {
    name: 'authorization: nobody signed in',
    request: (side) => visit(side, encode(authorizationParameters(side, 'basic')), ''),
  },
  {
    name: 'authorization: nobody signed in, and prompt none',
    request: (side) =>
      visit(side, encode([...authorizationParameters(side, 'basic'), ['prompt', 'none']]), ''),
  },
  {
    name: 'authorization: a session that nobody knows',
    request: (side) =>
      visit(
        side,
        encode([...authorizationParameters(side, 'basic'), ['prompt', 'none']]),
        `_session=unknown; __Secure-namoid-session=${'x'.repeat(43)}`,
      ),
  },
  {
    name: 'authorization: the hint of the user who is signed in',
    request: async (side) =>
      visit(
        side,
        encode([
          ...authorizationParameters(side, 'basic'),
          ['id_token_hint', (await tokensFor(side, 'basic')).idToken],
          ['prompt', 'none'],
        ]),
      ),
  },
  {
    name: 'authorization: an access token as a hint',
    request: async (side) =>
      visit(
        side,
        encode([
          ...authorizationParameters(side, 'basic'),
          ['id_token_hint', (await tokensFor(side, 'basic', [['resource', API]])).accessToken],
          ['prompt', 'none'],
        ]),
      ),
  },
];

const using = (
  name: string,
  parameters: (side: Side) => Promise<readonly Parameter[]>,
): Case => ({
  name: `authorization, pushed: ${name}`,
  request: async (side) => visit(side, encode(await parameters(side))),
});

const pushes: readonly Case[] = [
  using('a request', async (side) => [
    ['client_id', side.clientId('basic')],
    ['request_uri', await pushedBy(side, 'basic')],
  ]),
  using('a request where one is demanded', async (side) => [
    ['client_id', side.clientId('pushing')],
    ['request_uri', await pushedBy(side, 'pushing')],
  ]),
  using('a request a second time', async (side) => {
    const parameters: Parameter[] = [
      ['client_id', side.clientId('basic')],
      ['request_uri', await pushedBy(side, 'basic')],
    ];
    await side.send(visit(side, encode(parameters)));
    return parameters;
  }),
  using('a request of another application', async (side) => [
    ['client_id', side.clientId('post')],
    ['request_uri', await pushedBy(side, 'basic')],
  ]),
  using('a request without its application', async (side) => [
    ['request_uri', await pushedBy(side, 'basic')],
  ]),
  using('a request with another scope beside it', async (side) => [
    ['client_id', side.clientId('basic')],
    ['request_uri', await pushedBy(side, 'basic')],
    ['scope', 'openid'],
  ]),
  using('a request with another redirect URI beside it', async (side) => [
    ['client_id', side.clientId('basic')],
    ['request_uri', await pushedBy(side, 'basic')],
    ['redirect_uri', 'https://evil.example'],
  ]),
  using('a request with a request object beside it', async (side) => [
    ['client_id', side.clientId('basic')],
    ['request_uri', await pushedBy(side, 'basic')],
    ['request', 'eyJhbGciOiJub25lIn0.e30.'],
  ]),
];

/** What browsers bring, and what has a meaning of its own. */
export const CASES_OF_AUTHORIZATION: readonly Case[] = [...specials, ...browsers, ...pushes];
