import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { createHash, randomUUID } from 'node:crypto';
import {
  type ApplicationName,
  APPLICATIONS,
  redirectUriOf,
  SIGNED_KEY,
} from './applications.js';
import { type Side } from './side.js';
import { type WireAnswer, type WireRequest } from './wire.js';

/** What the cases need before they can ask: real codes and tokens of the server they ask. */

export type Parameter = readonly [name: string, value: string];
type Headers = Readonly<Record<string, string>>;

export const FORM = 'application/x-www-form-urlencoded';
export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export const VERIFIER = 'a-verifier-of-forty-three-characters-or-more-0';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

const proofKey = await generateKeyPair('ES256', { extractable: true });
const proofJwk: JWK = await exportJWK(proofKey.publicKey);
export const PROOF_THUMBPRINT = await calculateJwkThumbprint(proofJwk);

export function encode(parameters: readonly Parameter[]): string {
  return new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString();
}

export function post(path: string, body: string, headers: Headers = {}): WireRequest {
  return { method: 'POST', path, headers: { 'content-type': FORM, ...headers }, body };
}

export function basic(id: string, secret: string): Headers {
  const pair = `${encodeURIComponent(id)}:${encodeURIComponent(secret)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

export interface Credentials {
  readonly headers: Headers;
  readonly parameters: readonly Parameter[];
}

/** How an application proves who it is, in the way that is registered for it. */
export async function credentialsOf(side: Side, name: ApplicationName): Promise<Credentials> {
  const id = side.clientId(name);
  switch (APPLICATIONS[name].tokenEndpointAuthMethod) {
    case 'none':
      return { headers: {}, parameters: [['client_id', id]] };
    case 'client_secret_basic':
      return { headers: basic(id, side.clientSecret(name)), parameters: [] };
    case 'client_secret_post':
      return {
        headers: {},
        parameters: [
          ['client_id', id],
          ['client_secret', side.clientSecret(name)],
        ],
      };
    case 'private_key_jwt':
      return {
        headers: {},
        parameters: [
          ['client_assertion_type', ASSERTION_TYPE],
          ['client_assertion', await assertionOf(side)],
        ],
      };
  }
}

/** A client assertion of `signed`, with claims that may be changed or left out. */
export async function assertionOf(
  side: Side,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const id = side.clientId('signed');
  const now = Math.floor(Date.now() / 1_000);
  return new SignJWT({
    iss: id,
    sub: id,
    aud: side.issuer,
    iat: now,
    exp: now + 60,
    jti: randomUUID(),
    ...claims,
  })
    .setProtectedHeader({ alg: 'ES256', kid: 'signed-1' })
    .sign(SIGNED_KEY);
}

/** What of a proof is not as it should be. */
export interface ProofChange {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A DPoP proof, with claims and a header that may be changed or left out. */
export async function proofFor(
  side: Side,
  method: string,
  path: string,
  { claims = {}, header = {} }: ProofChange = {},
): Promise<string> {
  return new SignJWT({
    htm: method,
    htu: `${side.issuer}${path}`,
    iat: Math.floor(Date.now() / 1_000),
    jti: randomUUID(),
    ...claims,
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk: proofJwk, ...header })
    .sign(proofKey.privateKey);
}

/** The parameters that every authorization request of the cases has. */
export function authorizationParameters(side: Side, name: ApplicationName): Parameter[] {
  return [
    ['response_type', 'code'],
    ['client_id', side.clientId(name)],
    ['redirect_uri', redirectUriOf(name)],
    ['scope', 'openid profile email offline_access'],
    ['state', 'state-1'],
    ['nonce', 'nonce-1'],
    ['code_challenge', CHALLENGE],
    ['code_challenge_method', 'S256'],
  ];
}

/** A request to the authorization endpoint of a browser whose user is signed in. */
export function visit(side: Side, query: string, cookie = side.cookie): WireRequest {
  return {
    method: 'GET',
    path: `/authorize${query === '' ? '' : `?${query}`}`,
    headers: { accept: 'text/html', ...(cookie !== '' && { cookie }) },
  };
}

/** A code that was really issued. */
export async function codeFor(
  side: Side,
  name: ApplicationName,
  more: readonly Parameter[] = [],
  cookie = side.cookie,
): Promise<string> {
  const parameters: readonly Parameter[] =
    name === 'pushing'
      ? [
          ['client_id', side.clientId(name)],
          ['request_uri', await pushedBy(side, name, more)],
        ]
      : [...authorizationParameters(side, name), ...more];
  const answer = await side.send(visit(side, encode(parameters), cookie));
  const code = new URL(answer.headers.location ?? 'about:blank').searchParams.get('code');
  if (code === null) throw unexpected(side, 'no code', answer);
  return code;
}

/** A pushed request that waits to be used. */
export async function pushedBy(
  side: Side,
  name: ApplicationName,
  more: readonly Parameter[] = [],
): Promise<string> {
  const parameters = [...authorizationParameters(side, name), ...more];
  return textOf(side, await ask(side, name, '/par', parameters), 'request_uri');
}

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly idToken: string;
}

/** Tokens that were really issued. */
export async function tokensFor(
  side: Side,
  name: ApplicationName,
  more: readonly Parameter[] = [],
  cookie = side.cookie,
): Promise<Tokens> {
  const parameters = await redemptionOf(side, name, more, cookie);
  const headers: Headers =
    name === 'bound' ? { dpop: await proofFor(side, 'POST', '/token') } : {};
  const answer = await ask(side, name, '/token', parameters, headers);
  return {
    accessToken: textOf(side, answer, 'access_token'),
    refreshToken: textOf(side, answer, 'refresh_token'),
    idToken: textOf(side, answer, 'id_token'),
  };
}

/** An ID token of a session of its own: whoever shows it to end the session ends no other. */
export async function idTokenFor(side: Side, name: ApplicationName): Promise<string> {
  return (await tokensFor(side, name, [], await side.signIn())).idToken;
}

/** The parameters that redeem a fresh code. */
export async function redemptionOf(
  side: Side,
  name: ApplicationName,
  more: readonly Parameter[] = [],
  cookie = side.cookie,
): Promise<Parameter[]> {
  return [
    ['grant_type', 'authorization_code'],
    ['code', await codeFor(side, name, more, cookie)],
    ['redirect_uri', redirectUriOf(name)],
    ['code_verifier', VERIFIER],
  ];
}

/** A token of an application in its own name. */
export async function ownTokenOf(side: Side, name: ApplicationName): Promise<string> {
  const answer = await ask(side, name, '/token', [['grant_type', 'client_credentials']]);
  return textOf(side, answer, 'access_token');
}

/** A device code, of which its user has decided or not. */
export async function deviceCodeFor(
  side: Side,
  name: ApplicationName,
  decision: 'approved' | 'denied' | 'pending' = 'approved',
): Promise<string> {
  const scope: Parameter = ['scope', 'openid offline_access'];
  const answer = await ask(side, name, '/device_authorization', [scope]);
  if (decision !== 'pending') {
    await side.decideDevice(textOf(side, answer, 'user_code'), decision === 'approved');
  }
  return textOf(side, answer, 'device_code');
}

/** Sends a form in the name of an application. */
export async function ask(
  side: Side,
  name: ApplicationName,
  path: string,
  parameters: readonly Parameter[],
  headers: Headers = {},
): Promise<WireAnswer> {
  return side.send(await formOf(side, name, path, parameters, headers));
}

/** A form in the name of an application. */
export async function formOf(
  side: Side,
  name: ApplicationName,
  path: string,
  parameters: readonly Parameter[],
  headers: Headers = {},
): Promise<WireRequest> {
  const credentials = await credentialsOf(side, name);
  const body = encode([...credentials.parameters, ...parameters]);
  return post(path, body, { ...credentials.headers, ...headers });
}

function textOf(side: Side, answer: WireAnswer, member: string): string {
  const body = answer.body.startsWith('{')
    ? (JSON.parse(answer.body) as Record<string, unknown>)
    : {};
  const value = body[member];
  if (typeof value !== 'string') throw unexpected(side, `no ${member}`, answer);
  return value;
}

function unexpected(side: Side, what: string, { status, headers, body }: WireAnswer): Error {
  return new Error(
    `${what} from ${side.issuer}: ${status} ${headers.location ?? ''} ${body.slice(0, 500)}`,
  );
}
