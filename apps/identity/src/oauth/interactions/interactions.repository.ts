import {
  type AuthorizationRequest,
  type EndSessionRequest,
  type Interaction as Ask,
} from '@nomo/oauth-engine';
import { Injectable } from '@nestjs/common';
import { type PipelinedTransaction, writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { type Asks, firstRow } from '../../database/pipelines.js';
import { type RealmKey } from '../../realms/realm.js';
import { type AskingApplication } from './interaction.js';
import { type InteractionKey } from './interaction-key.js';

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

/** One that was found, with the application that asks, if it may be used still. */
export interface FoundInteraction extends StoredInteraction {
  readonly application: AskingApplication | undefined;
}

interface State {
  /** SHA-256 of the browser's name, in base64url. */
  readonly browser: string;
  readonly ask?: Ask;
  /** Of one that is over: its sealed answer, in base64url. */
  readonly answer?: string;
}

const INSERT = `
INSERT INTO interactions (org_id, digest, mode, application_id, request, state, expires_at)
VALUES ($1::uuid, $2::bytea, $3, $4, $5::jsonb, $6::jsonb, $7::timestamptz)`;

const FIND = `
SELECT waiting.request, waiting.state, waiting.expires_at,
  application.id AS client_id, application.name, application.logo_url, application.first_party
FROM interactions AS waiting
LEFT JOIN LATERAL (
  SELECT id, name, logo_url, first_party FROM applications
  WHERE applications.org_id = $1::uuid AND applications.id = waiting.application_id
    AND applications.mode = $3 AND applications.disabled_at IS NULL LIMIT 1
) AS application ON true
WHERE waiting.org_id = $1::uuid AND waiting.digest = $2::bytea AND waiting.mode = $3
  AND waiting.state->>'browser' = $4
  AND waiting.consumed_at IS NULL AND waiting.expires_at > $5::timestamptz`;

/**
 * Changes the one that waits, or fails, by a division by zero: so nobody has to wait for the
 * answer before the commit is sent.
 */
const ASK = `
WITH changed AS (
  UPDATE interactions SET state = $6::jsonb
  WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3
    AND state->>'browser' = $4 AND consumed_at IS NULL AND expires_at > $5::timestamptz
  RETURNING 1)
SELECT 1 / count(*) FROM changed`;

const CONSUME = ASK.replace('SET state', 'SET consumed_at = $5::timestamptz, state');

const ANSWER = `
SELECT state->>'answer' AS answer FROM interactions
WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3
  AND state->>'browser' = $4 AND consumed_at > $5::timestamptz`;

/** How PostgreSQL calls it. */
const DIVISION_BY_ZERO = '22012';

/** Whether a transaction has failed as the interaction that it was to change waits no longer. */
export function isNoneWaiting(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === DIVISION_BY_ZERO;
}

interface Row {
  readonly request: StoredRequest;
  readonly state: State;
  readonly expires_at: Date;
  readonly client_id: string | null;
  readonly name: string;
  readonly logo_url: string | null;
  readonly first_party: boolean;
}

@Injectable()
export class InteractionsRepository {
  async insert(
    tx: WritingTransaction,
    { orgId, mode }: RealmKey,
    { digest, browser }: InteractionKey,
    interaction: StoredInteraction & { readonly clientId: string | undefined },
  ): Promise<void> {
    const { request, ask, clientId, expiresAt } = interaction;
    const state: State = { browser: base64url(browser), ...(ask && { ask }) };
    await writeBehind(tx, INSERT, [
      orgId,
      digest,
      mode,
      clientId ?? '',
      JSON.stringify(request),
      JSON.stringify(state),
      expiresAt,
    ]);
  }

  /** One that waits, and began in this browser. */
  async find(
    asks: Asks,
    realm: RealmKey,
    key: InteractionKey,
    now: Date,
  ): Promise<FoundInteraction | undefined> {
    const row = await firstRow<Row>(asks, FIND, which(realm, key, now));
    if (row === undefined) return undefined;
    return {
      request: row.request,
      ask: row.state.ask,
      expiresAt: row.expires_at,
      application: applicationOf(row),
    };
  }

  /** Notes what is to be asked next. Where it waits no longer the transaction fails ({@link isNoneWaiting}). */
  async ask(
    tx: PipelinedTransaction,
    realm: RealmKey,
    key: InteractionKey,
    ask: Ask,
    now: Date,
  ): Promise<void> {
    const state: State = { browser: base64url(key.browser), ask };
    await writeBehind(tx, ASK, [...which(realm, key, now), JSON.stringify(state)]);
  }

  /**
   * One statement decides who ends it, and keeps what they are answered. Where somebody else has
   * the transaction fails ({@link isNoneWaiting}).
   *
   * @param answer sealed; undefined where none is to be had again
   */
  async consume(
    tx: PipelinedTransaction,
    realm: RealmKey,
    key: InteractionKey,
    answer: Uint8Array | undefined,
    now: Date,
  ): Promise<void> {
    const state: State = {
      browser: base64url(key.browser),
      ...(answer && { answer: base64url(answer) }),
    };
    await writeBehind(tx, CONSUME, [...which(realm, key, now), JSON.stringify(state)]);
  }

  /** What one was answered that has ended since, sealed. */
  async findAnswer(
    asks: Asks,
    realm: RealmKey,
    key: InteractionKey,
    since: Date,
  ): Promise<Uint8Array | undefined> {
    const row = await firstRow<{ readonly answer: string | null }>(
      asks,
      ANSWER,
      which(realm, key, since),
    );
    return typeof row?.answer === 'string' ? Buffer.from(row.answer, 'base64url') : undefined;
  }
}

/** What every statement about one begins with. */
function which(
  { orgId, mode }: RealmKey,
  { digest, browser }: InteractionKey,
  when: Date,
): [string, Uint8Array, string, string, Date] {
  return [orgId, digest, mode, base64url(browser), when];
}

function applicationOf(row: Row): AskingApplication | undefined {
  if (row.client_id === null) return undefined;
  return {
    clientId: row.client_id,
    name: row.name,
    logoUrl: row.logo_url ?? undefined,
    firstParty: row.first_party,
  };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
