import {
  type AuthorizationRequest,
  type EndSessionRequest,
  type Interaction as Ask,
} from '@nomo/oauth-engine';
import { Injectable } from '@nestjs/common';
import { type PipelinedTransaction, writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { type Asks, firstRow } from '../../database/pipelines.js';
import { type RealmKey } from '../../realms/realm.js';
import { type AskingApplication, type SealedAnswer } from './interaction.js';
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
  readonly answered: SealedAnswer | undefined;
}

/** What is kept of a form that was answered. */
export interface AnsweredForm {
  /** Sealed; undefined where nothing is to be had again. */
  readonly answer: Uint8Array | undefined;
  /** With what the form before was answered, as it was found: no other may have been since. */
  readonly after: SealedAnswer | undefined;
}

interface State {
  /** SHA-256 of the browser's name, in base64url. */
  readonly browser: string;
  readonly ask?: Ask;
  /** With what its last form was answered, sealed, in base64url. */
  readonly answer?: string;
  /** When, in ISO 8601. */
  readonly answeredAt?: string;
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
 * answer before the commit is sent. $7 is the answer of the form before, which it has to have
 * still: '' for none. NULL where no form has led here: what it has is left to it.
 */
const KEEP_WAITING = `
WITH changed AS (
  UPDATE interactions
  SET state = CASE WHEN $7::text IS NULL THEN state ELSE '{}' END || $6::jsonb
  WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3
    AND state->>'browser' = $4 AND consumed_at IS NULL AND expires_at > $5::timestamptz
    AND ($7::text IS NULL OR coalesce(state->>'answer', '') = $7)
  RETURNING 1)
SELECT 1 / count(*) FROM changed`;

const CONSUME = `
WITH changed AS (
  UPDATE interactions SET consumed_at = $5::timestamptz, state = $6::jsonb
  WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3
    AND state->>'browser' = $4 AND consumed_at IS NULL AND expires_at > $5::timestamptz
  RETURNING 1)
SELECT 1 / count(*) FROM changed`;

/** Of one that waits and of one that is over. */
const ANSWER = `
SELECT state FROM interactions
WHERE org_id = $1::uuid AND digest = $2::bytea AND mode = $3 AND state->>'browser' = $4`;

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
    const row = await firstRow<Row>(asks, FIND, [...which(realm, key), now]);
    if (row === undefined) return undefined;
    return {
      request: row.request,
      ask: row.state.ask,
      expiresAt: row.expires_at,
      application: applicationOf(row),
      answered: answerIn(row.state),
    };
  }

  /**
   * Has it wait on, for what is to be asked next, if that is known. Where it waits no longer, or
   * another form was answered meanwhile, the transaction fails ({@link isNoneWaiting}).
   *
   * @param form what led to it; undefined where it was none
   */
  async keepWaiting(
    tx: PipelinedTransaction,
    realm: RealmKey,
    key: InteractionKey,
    { ask, form }: { readonly ask: Ask | undefined; readonly form: AnsweredForm | undefined },
    now: Date,
  ): Promise<void> {
    const state = stateOf(key, { ask, answer: form?.answer }, now);
    const after = form && (form.after === undefined ? '' : base64url(form.after.sealed));
    await writeBehind(tx, KEEP_WAITING, [...which(realm, key), now, state, after ?? null]);
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
    const state = stateOf(key, { answer }, now);
    await writeBehind(tx, CONSUME, [...which(realm, key), now, state]);
  }

  /** With what the last form was answered of one that waits, or is over. */
  async findAnswer(
    asks: Asks,
    realm: RealmKey,
    key: InteractionKey,
  ): Promise<SealedAnswer | undefined> {
    const row = await firstRow<Pick<Row, 'state'>>(asks, ANSWER, which(realm, key));
    return row && answerIn(row.state);
  }
}

/** What every statement about one begins with. */
function which(
  { orgId, mode }: RealmKey,
  { digest, browser }: InteractionKey,
): [string, Uint8Array, string, string] {
  return [orgId, digest, mode, base64url(browser)];
}

function stateOf(
  { browser }: InteractionKey,
  { ask, answer }: { readonly ask?: Ask | undefined; readonly answer: Uint8Array | undefined },
  now: Date,
): string {
  const state: State = {
    browser: base64url(browser),
    ...(ask && { ask }),
    ...(answer && { answer: base64url(answer), answeredAt: now.toISOString() }),
  };
  return JSON.stringify(state);
}

function answerIn({ answer, answeredAt }: State): SealedAnswer | undefined {
  if (answer === undefined || answeredAt === undefined) return undefined;
  return { sealed: Buffer.from(answer, 'base64url'), at: new Date(answeredAt) };
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
