import {
  type AuthorizationRequest,
  type EndSessionRequest,
  type Interaction as Ask,
} from '@nomo/oauth-engine';
import { Injectable } from '@nestjs/common';
import { type Tx } from '../../database/database.js';
import { type Prisma } from '../../generated/prisma/client.js';
import { type RealmKey } from '../../realms/realm.js';

/** What waits, as it is stored. */
export type StoredRequest =
  | { readonly kind: 'authorization'; readonly authorization: AuthorizationRequest }
  | { readonly kind: 'sign_out'; readonly signOut: EndSessionRequest }
  | { readonly kind: 'sign_in'; readonly returnTo: string };

export interface StoredInteraction {
  readonly request: StoredRequest;
  /** Of an authorization: what is to be asked next. */
  readonly ask: Ask | undefined;
  readonly expiresAt: Date;
}

/** Which interaction is meant: by the digest of its name, and of the browser's. */
export interface InteractionKey {
  readonly digest: Uint8Array;
  readonly browser: Uint8Array;
}

interface State {
  /** SHA-256 of the browser's name, in base64url. */
  readonly browser: string;
  readonly ask?: Ask;
}

@Injectable()
export class InteractionsRepository {
  async insert(
    tx: Tx,
    { orgId, mode }: RealmKey,
    { digest, browser }: InteractionKey,
    interaction: StoredInteraction & { readonly clientId: string | undefined },
  ): Promise<void> {
    const { request, ask, clientId, expiresAt } = interaction;
    await tx.interaction.create({
      data: {
        orgId,
        digest: Uint8Array.from(digest),
        mode,
        applicationId: clientId ?? '',
        request: asJson(request),
        state: asJson({ browser: base64url(browser), ...(ask && { ask }) } satisfies State),
        expiresAt,
      },
    });
  }

  /** One that waits, and began in this browser. */
  async find(
    tx: Tx,
    { orgId, mode }: RealmKey,
    { digest, browser }: InteractionKey,
    now: Date,
  ): Promise<StoredInteraction | undefined> {
    const row = await tx.interaction.findUnique({
      where: {
        orgId_digest: { orgId, digest: Uint8Array.from(digest) },
        mode,
        consumedAt: null,
        expiresAt: { gt: now },
        state: { path: ['browser'], equals: base64url(browser) },
      },
    });
    if (row === null) return undefined;
    const { ask } = row.state as unknown as State;
    return {
      request: row.request as unknown as StoredRequest,
      ask,
      expiresAt: row.expiresAt,
    };
  }

  /** Notes what is to be asked next. @returns whether it still waits */
  async ask(
    tx: Tx,
    { orgId, mode }: RealmKey,
    { digest, browser }: InteractionKey,
    ask: Ask,
    now: Date,
  ): Promise<boolean> {
    const state: State = { browser: base64url(browser), ask };
    const count = await tx.$executeRaw`
      UPDATE interactions SET state = ${JSON.stringify(state)}::jsonb
      WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}
        AND state->>'browser' = ${state.browser} AND consumed_at IS NULL AND expires_at > ${now}`;
    return count === 1;
  }

  /** One statement decides who ends it. @returns whether this call did */
  async consume(
    tx: Tx,
    { orgId, mode }: RealmKey,
    { digest, browser }: InteractionKey,
    now: Date,
  ): Promise<boolean> {
    const count = await tx.$executeRaw`
      UPDATE interactions SET consumed_at = ${now}
      WHERE org_id = ${orgId}::uuid AND digest = ${digest} AND mode = ${mode}
        AND state->>'browser' = ${base64url(browser)}
        AND consumed_at IS NULL AND expires_at > ${now}`;
    return count === 1;
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

/** Plain values, whose types say less of it than Prisma wants. */
function asJson(value: object): Prisma.InputJsonObject {
  return { ...value };
}
