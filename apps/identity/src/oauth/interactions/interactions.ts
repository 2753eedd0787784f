import { Injectable } from '@nestjs/common';
import {
  type AuthorizationOutcome,
  confirmEndSession,
  type EndSessionRequest,
  type Interaction as Ask,
  type OAuthContext,
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
import { BROWSER_COOKIE, setRealmCookie } from '../browser/browser-cookies.js';
import { signInOf } from '../browser/browser-sessions.js';
import { OAuthContexts } from '../contexts/oauth-contexts.js';
import {
  InteractionGone,
  type Onward,
  type PendingAuthorization,
  type PendingInteraction,
  type PendingSignOut,
  type SentForm,
  type UserAnswer,
} from './interaction.js';
import { type InteractionKey, interactionKeyOf } from './interaction-key.js';
import {
  InteractionsRepository,
  isNoneWaiting,
  type StoredRequest,
} from './interactions.repository.js';
import { KeptAnswers } from './kept-answers.js';
import { type InteractionOutcome, onwardOf } from './onward.js';

/** Long enough to find a password, short enough that nobody finds the page the next day. */
const LIFETIME_MS = 30 * 60_000;

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
    private readonly kept: KeptAnswers,
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
    const key = interactionKeyOf(request, id);
    if (key === undefined) return undefined;
    const asks = this.pipelines.of(realm.orgId);
    const found = await this.interactions.find(asks, realm, key, new Date());
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
    const key = interactionKeyOf(request, pending.id);
    if (key === undefined) throw new InteractionGone();
    const outcome = await this.answering(
      { realm, key, origin, first, sent: answer.sent },
      (context) => resumeAuthorization(context, pending.request, visitOf(answer)),
    );
    return outcome.kind === 'interaction'
      ? { kind: 'redirect', location: pageOf(realm, 'sign-in', pending.id) }
      : onwardOf(outcome);
  }

  /**
   * The user has said yes to signing out. Clear the session cookie.
   *
   * @param answer with the living session of the browser, which ends
   * @throws {InteractionGone} it is over, or somebody else has answered meanwhile
   */
  async confirmSignOut(
    realm: Realm,
    request: Request,
    pending: PendingSignOut,
    { session, sent }: Pick<UserAnswer, 'session' | 'sent'>,
    origin: Origin,
  ): Promise<Onward> {
    const key = interactionKeyOf(request, pending.id);
    if (key === undefined) throw new InteractionGone();
    return onwardOf(
      await this.answering({ realm, key, origin, sent }, (context) =>
        confirmEndSession(
          context,
          pending.request,
          session && { sessionId: session.id, userId: session.userId },
        ),
      ),
    );
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

  /**
   * Does what follows from an answer. With it, in its transaction if it has one, the interaction
   * asks on, or is used up and keeps what is answered.
   */
  private async answering<Outcome extends InteractionOutcome>(
    { realm, key, origin, first, sent }: Answering,
    work: (context: OAuthContext) => Promise<Outcome>,
  ): Promise<Outcome> {
    const transaction = { committed: false };
    const note = async (
      tx: PipelinedTransaction,
      outcome: InteractionOutcome,
    ): Promise<void> => {
      const now = new Date();
      if (outcome.kind === 'interaction') {
        await this.interactions.ask(tx, realm, key, outcome.ask, now);
        return;
      }
      const kept = this.kept.seal(realm, key, sent, onwardOf(outcome));
      await this.interactions.consume(tx, realm, key, kept, now);
    };
    const context = await this.contexts.of(realm, origin, {
      afterBegin: async (tx) => {
        // Before what others have to do then: it is known when this goes on.
        afterCommit(tx, () => {
          transaction.committed = true;
        });
        await first?.(tx);
      },
      // Its result is what `work` returns.
      beforeCommit: (tx, result) => note(tx, result as InteractionOutcome),
    });
    return await orGone(async () => {
      const outcome = await work(context);
      if (!transaction.committed) {
        await this.pipelines.withTenant(realm.orgId, (tx) => note(tx, outcome));
      }
      return outcome;
    });
  }
}

interface Answering {
  readonly realm: Realm;
  readonly key: InteractionKey;
  readonly origin: Origin;
  /** What else is done in the transaction, before all else. */
  readonly first?: ((tx: PipelinedTransaction) => Promise<void>) | undefined;
  /** The form for which what is answered is kept. */
  readonly sent?: SentForm | undefined;
}

async function orGone<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isNoneWaiting(error) ? new InteractionGone() : error;
  }
}

function pageOf(realm: Realm, page: 'sign-in' | 'sign-out', id: string): string {
  return `${realm.issuer}/${page}/${id}`;
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
