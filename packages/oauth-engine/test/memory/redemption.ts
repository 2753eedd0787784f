import { randomBytes } from 'node:crypto';

import { sha256Digest } from '@nomo/security-core';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

import {
  endpointUrl,
  issueToken,
  type Application,
  type Authorization,
  type AuthorizationCode,
  type EndpointName,
} from '../../src/index.js';
import { verifyAccessToken } from '../../src/lib/tokens/access-token.js';
import { findTokenHolder } from '../../src/lib/tokens/token-holder.js';
import { postOf } from './requests.js';
import { alice, issuer, webApplication, type Standing } from './standing.js';

export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const codeChallenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const redirectUri = 'https://app.example/callback';

/** An application that proves itself by `secret`. */
export const secret = 'a secret of the service';
export const serviceApplication: Application = {
  ...webApplication,
  clientId: 'service',
  type: 'machine',
  authentication: { method: 'client_secret_post', secretDigests: [sha256Digest(secret)] },
  grantTypes: ['client_credentials', 'authorization_code', 'refresh_token'],
  resources: ['https://photos.example', 'https://films.example/api'],
};

export const authorizationOfAlice: Authorization = {
  clientId: webApplication.clientId,
  userId: alice.id,
  sessionId: 'session-1',
  scope: ['openid', 'offline_access', 'photos:read'],
  resources: [],
  authenticatedAt: new Date('2029-12-31T23:00:00Z'),
  acr: 'urn:acme:one',
  amr: ['pwd'],
  nonce: 'n-0S6',
};

/** Puts a code into the store, as the authorization endpoint does, and returns it. */
export function grantCode(
  { store, clock }: Standing,
  changes: Partial<AuthorizationCode> = {},
  authorization: Partial<Authorization> = {},
): string {
  const code = randomBytes(32).toString('base64url');
  const digest = sha256Digest(code);
  store.state.codes.set(Buffer.from(digest).toString('hex'), {
    digest,
    authorization: { ...authorizationOfAlice, ...authorization },
    redirectUri,
    codeChallenge,
    expiresAt: new Date(clock.at.getTime() + 60_000),
    ...changes,
  });
  return code;
}

/** Names `undefined` leave out a parameter. */
type Changes = Readonly<Record<string, string | undefined>>;

/** The answer of the token endpoint to a form; rejects with its refusal. */
export async function askForToken(
  { context }: Standing,
  parameters: Changes,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  const sent: Changes = { client_id: webApplication.clientId, ...parameters };
  const defined = Object.entries(sent).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  const {
    status,
    headers: answered,
    body,
  } = await issueToken(context, postOf(defined, headers));
  return { status, headers: answered, body: body as unknown as TokenBody };
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: TokenBody;
}

export interface TokenBody {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly scope?: string;
  readonly refresh_token: string;
  readonly id_token: string;
}

export function redeem(
  standing: Standing,
  code: string,
  changes: Changes = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  return askForToken(
    standing,
    {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...changes,
    },
    headers,
  );
}

export function refresh(
  standing: Standing,
  refresh_token: string,
  changes: Changes = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  return askForToken(
    standing,
    { grant_type: 'refresh_token', refresh_token, ...changes },
    headers,
  );
}

/** Whether an access token is good, and still wanted. */
export async function isLive({ context }: Standing, accessToken: string): Promise<boolean> {
  const verified = await verifyAccessToken(context, accessToken);
  return verified !== undefined && (await findTokenHolder(context, verified)) !== undefined;
}

/** A DPoP key: its thumbprint, and a header with a fresh proof by it. */
export async function dpopKey(standing: Standing): Promise<{
  readonly jkt: string;
  proof(endpoint?: EndpointName): Promise<{ readonly dpop: string }>;
}> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return {
    jkt: await calculateJwkThumbprint(jwk),
    proof: async (endpoint = 'token') => ({
      dpop: await new SignJWT({
        htm: 'POST',
        htu: endpointUrl(issuer, endpoint),
        jti: randomBytes(12).toString('base64url'),
        iat: standing.clock.at.getTime() / 1_000,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .sign(privateKey),
    }),
  };
}
