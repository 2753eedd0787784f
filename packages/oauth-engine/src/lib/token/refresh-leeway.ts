import { sha256Digest } from '@nomo/security-core';

import { type OAuthContext } from '../context.js';
import { type Application } from '../model/application.js';
import { type Grant } from '../model/grant.js';
import { type OAuthTransaction, type RefreshLeeway } from '../ports/store.js';
import { secondsAfter } from '../time.js';

/** Two tabs, or a lost answer tried again: that is over within seconds. */
const longestLeewaySeconds = 30;

/**
 * What lets those who come second with one refresh token have its successor again, where the
 * application may have that. The successor is sealed to the token that it took the place of.
 */
export async function leewayFor(
  { vault, clock }: OAuthContext,
  {
    application,
    grant,
    digest,
    successor,
  }: {
    readonly application: Application;
    readonly grant: Grant;
    readonly digest: Uint8Array;
    readonly successor: string;
  },
): Promise<RefreshLeeway | undefined> {
  const seconds = Math.min(application.refreshLeewaySeconds, longestLeewaySeconds);
  if (!(seconds > 0)) return undefined;
  return {
    sealedSuccessor: await vault.seal(Buffer.from(successor), placeOf(grant, digest)),
    sealedUntil: secondsAfter(clock.now(), seconds),
  };
}

/**
 * The successor of a consumed token, if the leeway lasts and nobody has used it: there is one
 * branch, and whoever comes after its next turn has replayed.
 */
export async function successorWithinLeeway(
  tx: OAuthTransaction,
  { vault, clock }: OAuthContext,
  {
    grant,
    digest,
    leeway,
  }: {
    readonly grant: Grant;
    readonly digest: Uint8Array;
    readonly leeway: RefreshLeeway | undefined;
  },
): Promise<string | undefined> {
  if (leeway === undefined || leeway.sealedUntil <= clock.now()) return undefined;
  const opened = await vault.open(leeway.sealedSuccessor, placeOf(grant, digest));
  if (opened === undefined) return undefined;
  const token = Buffer.from(opened).toString();
  const successor = await tx.findRefreshToken(sha256Digest(token));
  return successor !== undefined && successor.exchanged === undefined ? token : undefined;
}

function placeOf(grant: Grant, digest: Uint8Array): string {
  return `successor of refresh token ${Buffer.from(digest).toString('hex')} of grant ${grant.id}`;
}
