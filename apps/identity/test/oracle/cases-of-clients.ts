import { SignJWT, UnsecuredJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { type ApplicationName } from './applications.js';
import { type Case } from './case.js';
import {
  assertionOf,
  ASSERTION_TYPE,
  basic,
  encode,
  FORM,
  type Parameter,
  post,
} from './flows.js';
import { type Side } from './side.js';
import { type WireRequest } from './wire.js';

/** The endpoints where applications prove who they are, each with a request that gets that far. */
const PLACES: readonly (readonly [
  name: string,
  path: string,
  parameters: readonly Parameter[],
])[] = [
  ['token', '/token', [['grant_type', 'client_credentials']]],
  ['PAR', '/par', [['response_type', 'code']]],
  ['introspection', '/introspect', [['token', 'nobody-knows-it']]],
  ['revocation', '/revoke', [['token', 'nobody-knows-it']]],
  ['device authorization', '/device_authorization', [['scope', 'openid']]],
];

interface Attempt {
  readonly name: string;
  credentials(side: Side): Presented | Promise<Presented>;
}

interface Presented {
  readonly headers?: WireRequest['headers'];
  readonly parameters?: readonly Parameter[];
}

const right = (side: Side, name: ApplicationName = 'basic'): Record<string, string> =>
  basic(side.clientId(name), side.clientSecret(name));

const raw = (
  name: string,
  authorization: (side: Side) => string | readonly string[],
): Attempt => ({
  name,
  credentials: (side) => ({ headers: { authorization: authorization(side) } }),
});

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const pairOf = (side: Side): string =>
  `${side.clientId('basic')}:${side.clientSecret('basic')}`;

const asserted = (
  name: string,
  assertion: (side: Side) => Promise<string> | string,
): Attempt => ({
  name,
  credentials: async (side) => ({
    parameters: [
      ['client_assertion_type', ASSERTION_TYPE],
      ['client_assertion', await assertion(side)],
    ],
  }),
});

const soon = (): number => Math.floor(Date.now() / 1_000) + 60;

const ATTEMPTS: readonly Attempt[] = [
  { name: 'nothing at all', credentials: () => ({}) },
  raw(
    'a wrong secret',
    (side) => basic(side.clientId('basic'), 'wrong')['authorization'] ?? '',
  ),
  raw('an unknown application', () => basic('nobody', 'wrong')['authorization'] ?? ''),
  raw(
    'the secret of another application',
    (side) => basic(side.clientId('basic'), side.clientSecret('bound'))['authorization'] ?? '',
  ),
  raw('Basic without credentials', () => 'Basic'),
  raw('Basic in lower case', (side) => `basic ${base64(pairOf(side))}`),
  raw('Basic with two spaces', (side) => `Basic  ${base64(pairOf(side))}`),
  raw('Basic that is not base64', () => 'Basic %%%'),
  raw('Basic without a colon', (side) => `Basic ${base64(side.clientId('basic'))}`),
  raw('Basic without a secret', (side) => `Basic ${base64(`${side.clientId('basic')}:`)}`),
  raw('Basic without a name', () => `Basic ${base64(':secret')}`),
  raw('Basic with a NUL byte', (side) => `Basic ${base64(`${pairOf(side)}\0`)}`),
  raw('Basic with an encoded NUL byte', (side) => `Basic ${base64(`${pairOf(side)}%00`)}`),
  raw('Basic with a bad percent-encoding', (side) => `Basic ${base64(`${pairOf(side)}%4`)}`),
  raw('Basic that is not UTF-8', (side) => `Basic ${base64(`${pairOf(side)}\xff`)}`),
  raw('Basic of 9,000 characters', () => `Basic ${base64('x'.repeat(6_000) + ':y')}`),
  raw('an access token as Bearer', () => 'Bearer abc'),
  raw('an unknown scheme', () => 'Digest abc'),
  raw(
    'the wrong way: Basic of one that posts',
    (side) => right(side, 'post')['authorization'] ?? '',
  ),
  {
    name: 'the wrong way: posted by one that uses Basic',
    credentials: (side) => ({
      parameters: [
        ['client_id', side.clientId('basic')],
        ['client_secret', side.clientSecret('basic')],
      ],
    }),
  },
  {
    name: 'the wrong way: no secret of one that has one',
    credentials: (side) => ({ parameters: [['client_id', side.clientId('basic')]] }),
  },
  {
    name: 'a secret of a public application',
    credentials: (side) => ({
      parameters: [
        ['client_id', side.clientId('spa')],
        ['client_secret', 'invented'],
      ],
    }),
  },
  {
    name: 'an unknown public application',
    credentials: () => ({ parameters: [['client_id', 'nobody']] }),
  },
  {
    name: 'a secret in the header and in the body',
    credentials: (side) => ({
      headers: right(side),
      parameters: [['client_secret', side.clientSecret('basic')]],
    }),
  },
  {
    name: 'a header and an assertion',
    credentials: async (side) => ({
      headers: right(side),
      parameters: [
        ['client_assertion_type', ASSERTION_TYPE],
        ['client_assertion', await assertionOf(side)],
      ],
    }),
  },
  {
    name: 'a header, and the same application in the body',
    credentials: (side) => ({
      headers: right(side),
      parameters: [['client_id', side.clientId('basic')]],
    }),
  },
  {
    name: 'a header, and another application in the body',
    credentials: (side) => ({
      headers: right(side),
      parameters: [['client_id', side.clientId('post')]],
    }),
  },
  asserted('an assertion that is no JWT', () => 'wrong'),
  asserted('an assertion without a signature', (side) => unsigned(side)),
  asserted('an assertion signed with a public name as secret', (side) => confused(side)),
  asserted('an assertion for another audience', (side) =>
    assertionOf(side, { aud: 'https://other.example.com' }),
  ),
  asserted('an assertion that has expired', (side) =>
    assertionOf(side, { exp: soon() - 3_600 }),
  ),
  asserted('an assertion without an end', (side) => assertionOf(side, { exp: undefined })),
  asserted('an assertion without an identifier', (side) =>
    assertionOf(side, { jti: undefined }),
  ),
  asserted('an assertion of another issuer', (side) => assertionOf(side, { iss: 'other' })),
  asserted('an assertion about another application', (side) =>
    assertionOf(side, { sub: side.clientId('basic'), iss: side.clientId('basic') }),
  ),
  asserted('an assertion that is not yet valid', (side) =>
    assertionOf(side, { nbf: soon() + 3_600 }),
  ),
  {
    name: 'an assertion that was used before',
    async credentials(side) {
      const parameters: Parameter[] = [
        ['client_assertion_type', ASSERTION_TYPE],
        ['client_assertion', await assertionOf(side)],
      ];
      await side.send(
        post('/introspect', encode([...parameters, ['token', 'nobody-knows-it']])),
      );
      return { parameters };
    },
  },
  {
    name: 'an assertion of another type',
    credentials: async (side) => ({
      parameters: [
        ['client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer'],
        ['client_assertion', await assertionOf(side)],
      ],
    }),
  },
  {
    name: 'an assertion, and another application beside it',
    credentials: async (side) => ({
      parameters: [
        ['client_id', side.clientId('basic')],
        ['client_assertion_type', ASSERTION_TYPE],
        ['client_assertion', await assertionOf(side)],
      ],
    }),
  },
];

/** Every attempt to be an application, at every endpoint where one is needed. */
export const CASES_OF_CLIENTS: readonly Case[] = PLACES.flatMap(([place, path, parameters]) =>
  ATTEMPTS.map((attempt): Case => ({
    name: `${place}, client: ${attempt.name}`,
    async request(side) {
      const presented = await attempt.credentials(side);
      return {
        method: 'POST',
        path,
        headers: { 'content-type': FORM, ...presented.headers },
        body: encode([...(presented.parameters ?? []), ...parameters]),
      };
    },
  })),
);

function claimsOf(side: Side): Record<string, string> {
  const id = side.clientId('signed');
  return { iss: id, sub: id, aud: side.issuer, jti: randomUUID() };
}

function unsigned(side: Side): string {
  return new UnsecuredJWT(claimsOf(side)).setExpirationTime(soon()).encode();
}

function confused(side: Side): Promise<string> {
  return new SignJWT(claimsOf(side))
    .setProtectedHeader({ alg: 'HS256', kid: 'signed-1' })
    .setExpirationTime(soon())
    .sign(Buffer.from(side.clientId('signed').padEnd(32, '.')));
}
