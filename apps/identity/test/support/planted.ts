import { type Authorization, type Consent, type RefreshExchange } from '@nomo/oauth-engine';
import { generateToken, sha256Digest } from '@nomo/security-core';
import { v7 as uuidv7 } from 'uuid';
import { OPERATOR } from '../../src/audit/origin.js';
import { Tenants } from '../../src/database/database.js';
import { OAuthContexts } from '../../src/oauth/contexts/oauth-contexts.js';
import { type Realm } from '../../src/realms/realm.js';
import { type User } from '../../src/users/user.js';
import { UsersService } from '../../src/users/users.service.js';
import { CHALLENGE, REDIRECT_URI } from './browser.js';
import { startSession } from './sessions.js';
import { type Stack } from './stack.js';

const HOUR_MS = 3_600_000;

/** Somebody who signed in somewhere. */
export interface SignedIn {
  readonly user: User;
  readonly sessionId: string;
}

/** A token family that was just begun. */
export interface PlantedGrant {
  readonly grantId: string;
  readonly refreshToken: string;
}

/** A user with a session, and without the work of a password. */
export async function plantUser(stack: Stack, realm: Realm): Promise<SignedIn> {
  return stack.get(Tenants).withTenant(realm.orgId, async (tx) => {
    const email = `${uuidv7()}@example.com`;
    const input = { email, emailVerified: true, name: undefined, passwordHash: undefined };
    const user = await stack.get(UsersService).create(tx, realm, input, OPERATOR);
    const { session } = await startSession(stack, tx, realm, user.id);
    return { user, sessionId: session.id };
  });
}

/** A code, as the authorization endpoint leaves it behind. */
export async function plantCode(
  stack: Stack,
  realm: Realm,
  clientId: string,
  signedIn: SignedIn,
  scope?: readonly string[],
): Promise<string> {
  const code = generateToken().reveal();
  const { store } = await stack.get(OAuthContexts).of(realm, {});
  await store.transaction(async (tx) => {
    const authorization = authorizationOf(clientId, signedIn, scope);
    await tx.saveConsent(consentTo(authorization));
    await tx.insertAuthorizationCode({
      digest: sha256Digest(code),
      authorization,
      redirectUri: REDIRECT_URI,
      codeChallenge: CHALLENGE,
      expiresAt: new Date(Date.now() + HOUR_MS),
    });
  });
  return code;
}

/** A grant with its first refresh token, as the token endpoint leaves it behind. */
export async function plantGrant(
  stack: Stack,
  realm: Realm,
  clientId: string,
  signedIn: SignedIn,
): Promise<PlantedGrant> {
  const refreshToken = generateToken().reveal();
  const grantId = uuidv7();
  const now = new Date();
  const expiresAt = new Date(now.getTime() + HOUR_MS);
  const { store } = await stack.get(OAuthContexts).of(realm, {});
  await store.transaction(async (tx) => {
    const authorization = authorizationOf(clientId, signedIn);
    await tx.saveConsent(consentTo(authorization));
    await tx.insertGrant({ id: grantId, authorization, createdAt: now, expiresAt });
    const digest = sha256Digest(refreshToken);
    await tx.insertRefreshToken({ digest, grantId, issuedAt: now, expiresAt });
  });
  return { grantId, refreshToken };
}

/** The refresh token of a new grant, and what it is about to be exchanged for. */
export async function plantExchange(
  stack: Stack,
  realm: Realm,
  clientId: string,
  signedIn: SignedIn,
): Promise<RefreshExchange> {
  const { grantId, refreshToken } = await plantGrant(stack, realm, clientId, signedIn);
  const now = new Date();
  return {
    digest: sha256Digest(refreshToken),
    successor: {
      digest: sha256Digest(generateToken()),
      grantId,
      issuedAt: now,
      expiresAt: new Date(now.getTime() + HOUR_MS),
    },
    now,
    event: {
      action: 'grant.refreshed',
      actor: { type: 'application', id: clientId },
      grantId,
      clientId,
      userId: signedIn.user.id,
    },
  };
}

/** What its user has to have said for a grant to begin. */
function consentTo({
  userId,
  clientId,
  scope,
}: Authorization): Consent & { readonly now: Date } {
  return { userId, clientId, scope, resourceScope: [], now: new Date() };
}

function authorizationOf(
  clientId: string,
  { user, sessionId }: SignedIn,
  scope: readonly string[] = ['openid', 'offline_access'],
): Authorization {
  return {
    clientId,
    userId: user.id,
    sessionId,
    scope,
    resources: [],
    authenticatedAt: new Date(),
    amr: ['pwd'],
  };
}
