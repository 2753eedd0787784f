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
  type PendingSignIn,
  type PendingSignOut,
  type SealedAnswer,
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
import { type InteractionOutcome, onwardOf, pageOf, returnFrom } from './onward.js';

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
    const { request: waiting, ask, application, answered, expiresAt } = found;
    switch (waiting.kind) {
      case 'authorization': {
        if (application === undefined || ask === undefined) return undefined;
        const { kind, authorization } = waiting;
        return { kind, id, ask, request: authorization, application, answered, expiresAt };
      }
      case 'sign_out':
        return { kind: waiting.kind, id, request: waiting.signOut, application, expiresAt };
      case 'sign_in':
        return { kind: waiting.kind, id, returnTo: waiting.returnTo, answered, expiresAt };
    }
  }

  /**
   * Goes on with an authorization request. Either it is answered, which uses up the interaction
   * (a code in the same transaction; a refusal, which takes its own back, before it is sent), or
   * there is more to ask: then it leads to the page again.
   *
   * @param pending as {@link find} found it. Whether it still waits, and is this browser's, is
   *   decided anew, by that transaction.
   * @param first what else is done in that transaction, before all else. Where the engine takes
   *   its own back it is called again, in the one that uses the interaction up.
   * @throws {InteractionGone} it is over, somebody else has answered meanwhile, or this very form
   *   was answered already
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
    const { sent } = answer;
    this.expectNew(realm, key, pending, sent);
    const page = { kind: 'redirect', location: pageOf(realm, pending) } as const;
    const outcome = await this.answering(
      { realm, key, origin, first, sent, page, after: pending.answered },
      (context) => resumeAuthorization(context, pending.request, visitOf(answer)),
    );
    return outcome.kind === 'interaction' ? page : onwardOf(outcome);
  }

  /**
   * Somebody has signed in for no application. It waits on: its page leads whoever is signed in
   * to where they were.
   *
   * @param first what else is done in the same transaction
   * @throws {InteractionGone} it is over, somebody else has answered meanwhile, or this very form
   *   was answered already
   */
  async goBack(
    realm: Realm,
    request: Request,
    pending: PendingSignIn,
    sent: SentForm,
    first: (tx: PipelinedTransaction) => Promise<void>,
  ): Promise<Onward> {
    const key = interactionKeyOf(request, pending.id);
    if (key === undefined) throw new InteractionGone();
    this.expectNew(realm, key, pending, sent);
    const onward = returnFrom(realm, pending);
    const answer = this.kept.seal(realm, key, sent, onward);
    const form = { answer, after: pending.answered };
    await orGone(() =>
      this.pipelines.withTenant(realm.orgId, async (tx) => {
        await first(tx);
        await this.interactions.keepWaiting(
          tx,
          realm,
          key,
          { ask: undefined, form },
          new Date(),
        );
      }),
    );
    return onward;
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
    return await this.begin(realm, request, response, waiting, ask);
  }

  /** Keeps a request to sign out that the user has to confirm. @returns the address of its page */
  async beginSignOut(
    realm: Realm,
    request: Request,
    response: Response,
    signOut: EndSessionRequest,
  ): Promise<string> {
    return await this.begin(realm, request, response, { kind: 'sign_out', signOut });
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
    return await this.begin(realm, request, response, { kind: 'sign_in', returnTo });
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
    return pageOf(realm, { kind: waiting.kind, id });
  }

  /** @throws {InteractionGone} this form was answered already, and with what is known */
  private expectNew(
    realm: Realm,
    key: InteractionKey,
    { answered }: PendingAuthorization | PendingSignIn,
    sent: SentForm | undefined,
  ): void {
    if (sent !== undefined && this.kept.openFor(realm, key, answered, sent.digest))
      throw new InteractionGone();
  }

  /**
   * Does what follows from an answer. With it, in its transaction if it has one, and in another
   * if not, the interaction waits on or is used up, and keeps what is answered.
   */
  private async answering<Outcome extends InteractionOutcome>(
    { realm, key, origin, first, sent, page, after }: Answering,
    work: (context: OAuthContext) => Promise<Outcome>,
  ): Promise<Outcome> {
    const transaction = { committed: false };
    const note = async (
      tx: PipelinedTransaction,
      outcome: InteractionOutcome,
    ): Promise<void> => {
      const now = new Date();
      if (outcome.kind === 'interaction') {
        const form = sent && { answer: page && this.kept.seal(realm, key, sent, page), after };
        await this.interactions.keepWaiting(tx, realm, key, { ask: outcome.ask, form }, now);
        return;
      }
      const answer = this.kept.seal(realm, key, sent, onwardOf(outcome));
      await this.interactions.consume(tx, realm, key, answer, now);
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
        await this.pipelines.withTenant(realm.orgId, async (tx) => {
          await first?.(tx);
          await note(tx, outcome);
        });
      }
      return outcome;
    });
  }
}

interface Answering {
  readonly realm: Realm;
  readonly key: InteractionKey;
  readonly origin: Origin;
  /** What else is done in the transaction that is committed, before all else. */
  readonly first?: ((tx: PipelinedTransaction) => Promise<void>) | undefined;
  /** The form for which what is answered is kept. */
  readonly sent?: SentForm | undefined;
  /** Where more is asked. */
  readonly page?: Onward;
  /** With what the form before was answered. */
  readonly after?: SealedAnswer | undefined;
}

async function orGone<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isNoneWaiting(error) ? new InteractionGone() : error;
  }
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
