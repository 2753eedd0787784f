import { Injectable } from '@nestjs/common';
import {
  type AuthorizationOutcome,
  confirmEndSession,
  type EndSessionRequest,
  type Interaction as Ask,
  resumeAuthorization,
  type Visit,
} from '@nomo/oauth-engine';
import { generateToken, sha256Digest } from '@nomo/security-core';
import { readCookie } from '@nomo/service-kit';
import { afterCommit, type PipelinedTransaction } from '@nomo/tenancy';
import { type Request, type Response } from 'express';
import { type Origin } from '../../audit/origin.js';
import { Pipelines } from '../../database/pipelines.js';
import { type Realm } from '../../realms/realm.js';
import { type Session } from '../../sessions/session.js';
import { BROWSER_COOKIE, setRealmCookie } from '../browser/browser-cookies.js';
import { signInOf } from '../browser/browser-sessions.js';
import { OAuthContexts } from '../contexts/oauth-contexts.js';
import {
  InteractionGone,
  type Onward,
  type PendingAuthorization,
  type PendingInteraction,
  type UserAnswer,
} from './interaction.js';
import {
  type FoundInteraction,
  type InteractionKey,
  InteractionsRepository,
  isNoneWaiting,
  type StoredRequest,
} from './interactions.repository.js';

/** Long enough to find a password, short enough that nobody finds the page the next day. */
const LIFETIME_MS = 30 * 60_000;
/** The form of a name: 32 bytes in base64url. */
const NAME = /^[\w-]{43}$/;

/**
 * What waits for a user: kept in the database, known by a random name of which only the SHA-256
 * is stored, and bound to the browser that began it by a cookie of its own.
 */
@Injectable()
export class Interactions {
  constructor(
    private readonly pipelines: Pipelines,
    private readonly interactions: InteractionsRepository,
    private readonly contexts: OAuthContexts,
  ) {}

  /**
   * The interaction of this name, if it waits and is this browser's; undefined for all else, of
   * which nothing more is said. For GET and POST alike: look first, then act.
   */
  async find(
    realm: Realm,
    request: Request,
    id: string,
  ): Promise<PendingInteraction | undefined> {
    const key = keyOf(request, id);
    if (key === undefined) return undefined;
    const found = await this.look(realm, key);
    if (found === undefined) return undefined;
    const { request: waiting, ask, application, expiresAt } = found;
    switch (waiting.kind) {
      case 'authorization': {
        if (application === undefined || ask === undefined) return undefined;
        const { kind, authorization } = waiting;
        return { kind, id, ask, request: authorization, application, expiresAt };
      }
      case 'sign_out':
        return { kind: waiting.kind, id, request: waiting.signOut, application, expiresAt };
      case 'sign_in':
        return { kind: waiting.kind, id, returnTo: waiting.returnTo, expiresAt };
    }
  }

  /**
   * Goes on with an authorization request. Either it is answered, which uses up the interaction
   * (a code in the same transaction; a refusal, which takes its own back, before it is sent), or
   * there is more to ask: then it leads to the page again.
   *
   * @param pending as {@link find} found it. Whether it still waits, and is this browser's, is
   *   decided anew, by that transaction.
   * @param first what else is done in that transaction, before all else; not done where there is
   *   none, or where it is taken back
   * @throws {InteractionGone} it is over, or somebody else has answered meanwhile
   */
  async resume(
    realm: Realm,
    request: Request,
    pending: PendingAuthorization,
    answer: UserAnswer,
    origin: Origin,
    first?: (tx: PipelinedTransaction) => Promise<void>,
  ): Promise<Onward> {
    const key = keyOf(request, pending.id);
    if (key === undefined) throw new InteractionGone();
    const transaction = { committed: false };
    const context = await this.contexts.of(realm, origin, {
      afterBegin: async (tx) => {
        // Before what others have to do then: it is known when this goes on.
        afterCommit(tx, () => {
          transaction.committed = true;
        });
        await first?.(tx);
      },
      beforeCommit: (tx, result) => this.note(tx, realm, key, askOf(result)),
    });
    const outcome = await orGone(
      resumeAuthorization(context, pending.request, visitOf(answer)),
    );
    if (!transaction.committed) await this.useUp(realm, key);
    return outcome.kind === 'interaction'
      ? { kind: 'redirect', location: pageOf(realm, 'sign-in', pending.id) }
      : onwardOf(outcome);
  }

  /**
   * The user has said yes to signing out (or no: then they are led nowhere and stay signed in).
   * Clear the session cookie after a yes.
   *
   * @throws {InteractionGone}
   */
  async confirmSignOut(
    realm: Realm,
    request: Request,
    id: string,
    answer: { readonly confirmed: boolean; readonly session: Session | undefined },
    origin: Origin,
  ): Promise<Onward> {
    const { key, waiting } = await this.take(realm, request, id);
    if (waiting.kind !== 'sign_out') throw new InteractionGone();
    const { confirmed, session } = answer;
    await this.useUp(realm, key);
    if (!confirmed) return { kind: 'redirect', location: realm.issuer };
    const context = await this.contexts.of(realm, origin);
    const outcome = await confirmEndSession(
      context,
      waiting.signOut,
      session && { sessionId: session.id, userId: session.userId },
    );
    switch (outcome.kind) {
      case 'ended':
        return outcome.location === undefined
          ? { kind: 'signed_out' }
          : { kind: 'redirect', location: outcome.location };
      case 'error_page':
        return { kind: 'error_page', refusal: outcome.refusal };
      case 'confirm':
        throw new Error('what was confirmed is not asked again');
    }
  }

  /**
   * Keeps an authorization request while its user is asked, and binds it to the browser.
   *
   * @returns the address of its page
   */
  async beginAuthorization(
    realm: Realm,
    request: Request,
    response: Response,
    { request: authorization, ask }: AuthorizationOutcome & { readonly kind: 'interaction' },
  ): Promise<string> {
    const waiting = { kind: 'authorization', authorization } as const;
    const id = await this.begin(realm, request, response, waiting, ask);
    return pageOf(realm, 'sign-in', id);
  }

  /** Keeps a request to sign out that the user has to confirm. @returns the address of its page */
  async beginSignOut(
    realm: Realm,
    request: Request,
    response: Response,
    signOut: EndSessionRequest,
  ): Promise<string> {
    const id = await this.begin(realm, request, response, { kind: 'sign_out', signOut });
    return pageOf(realm, 'sign-out', id);
  }

  /**
   * Begins a sign-in that no application asked for, and binds it to the browser.
   *
   * @param returnTo below the issuer, written by us: begins with a single slash
   * @returns the address of its page
   */
  async beginSignIn(
    realm: Realm,
    request: Request,
    response: Response,
    returnTo: string,
  ): Promise<string> {
    if (!/^\/(?!\/)/.test(returnTo)) throw new TypeError('returnTo is a path below the issuer');
    const id = await this.begin(realm, request, response, { kind: 'sign_in', returnTo });
    return pageOf(realm, 'sign-in', id);
  }

  private async begin(
    realm: Realm,
    request: Request,
    response: Response,
    waiting: StoredRequest,
    ask?: Ask,
  ): Promise<string> {
    const id = generateToken().reveal();
    // One name for all tabs: each has interactions of its own, and none makes another's void.
    const browser = readCookie(request, BROWSER_COOKIE) ?? generateToken().reveal();
    const key = { digest: sha256Digest(id), browser: sha256Digest(browser) };
    await this.pipelines.withTenant(realm.orgId, (tx) =>
      this.interactions.insert(tx, realm, key, {
        request: waiting,
        ask,
        clientId: clientIdOf(waiting),
        expiresAt: new Date(Date.now() + LIFETIME_MS),
      }),
    );
    setRealmCookie(response, realm, { name: BROWSER_COOKIE, value: browser });
    return id;
  }

  private async take(
    realm: Realm,
    request: Request,
    id: string,
  ): Promise<{ readonly key: InteractionKey; readonly waiting: StoredRequest }> {
    const key = keyOf(request, id);
    if (key === undefined) throw new InteractionGone();
    const stored = await this.look(realm, key);
    if (stored === undefined) throw new InteractionGone();
    return { key, waiting: stored.request };
  }

  private look(realm: Realm, key: InteractionKey): Promise<FoundInteraction | undefined> {
    return this.interactions.find(this.pipelines.of(realm.orgId), realm, key, new Date());
  }

  /** @throws {InteractionGone} somebody else has */
  private async useUp(realm: Realm, key: InteractionKey): Promise<void> {
    await orGone(
      this.pipelines.withTenant(realm.orgId, (tx) => this.note(tx, realm, key, undefined)),
    );
  }

  /** In the transaction of the answer: the interaction asks on, or is used up by it. */
  private async note(
    tx: PipelinedTransaction,
    realm: Realm,
    key: InteractionKey,
    ask: Ask | undefined,
  ): Promise<void> {
    const now = new Date();
    if (ask === undefined) await this.interactions.consume(tx, realm, key, now);
    else await this.interactions.ask(tx, realm, key, ask, now);
  }
}

async function orGone<Result>(result: Promise<Result>): Promise<Result> {
  try {
    return await result;
  } catch (error) {
    throw isNoneWaiting(error) ? new InteractionGone() : error;
  }
}

/** How a browser goes on after an answer that needs no more of its user. */
export function onwardOf(
  outcome: Exclude<AuthorizationOutcome, { readonly kind: 'interaction' }>,
): Onward {
  switch (outcome.kind) {
    case 'redirect':
      return { kind: 'redirect', location: outcome.location };
    case 'form_post':
      return { kind: 'form_post', action: outcome.action, fields: outcome.fields };
    case 'error_page':
      return { kind: 'error_page', refusal: outcome.refusal };
  }
}

function pageOf(realm: Realm, page: 'sign-in' | 'sign-out', id: string): string {
  return `${realm.issuer}/${page}/${id}`;
}

function keyOf(request: Request, id: string): InteractionKey | undefined {
  const browser = readCookie(request, BROWSER_COOKIE);
  if (browser === undefined || !NAME.test(id)) return undefined;
  return { digest: sha256Digest(id), browser: sha256Digest(browser) };
}

function clientIdOf(waiting: StoredRequest): string | undefined {
  switch (waiting.kind) {
    case 'authorization':
      return waiting.authorization.clientId;
    case 'sign_out':
      return waiting.signOut.clientId;
    case 'sign_in':
      return undefined;
  }
}

function visitOf({ session, selectedUserId, consent, cancelled }: UserAnswer): Visit {
  return {
    ...(session && { signIn: signInOf(session) }),
    ...(selectedUserId !== undefined && { selectedUserId }),
    ...(consent && { consent }),
    ...(cancelled !== undefined && { cancelled }),
  };
}

/** What the engine's decision, the result of its transaction, asks next. */
function askOf(decision: unknown): Ask | undefined {
  return typeof decision === 'object' && decision !== null && 'ask' in decision
    ? (decision.ask as Ask)
    : undefined;
}
