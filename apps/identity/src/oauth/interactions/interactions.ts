import { Injectable } from '@nestjs/common';
import {
  type AuthorizationOutcome,
  confirmEndSession,
  type EndSessionRequest,
  type Interaction as Ask,
  type OAuthContext,
  resumeAuthorization,
  type SessionEnded,
  type Visit,
} from '@nomo/oauth-engine';
import { generateToken, sha256Digest } from '@nomo/security-core';
import { SecretBox } from '@nomo/security-core/secret-box';
import { readCookie } from '@nomo/service-kit';
import { afterCommit, type PipelinedTransaction } from '@nomo/tenancy';
import { type Request, type Response } from 'express';
import { type Origin } from '../../audit/origin.js';
import { Pipelines } from '../../database/pipelines.js';
import { type Realm, type RealmKey } from '../../realms/realm.js';
import { type Session } from '../../sessions/session.js';
import { BROWSER_COOKIE, setRealmCookie } from '../browser/browser-cookies.js';
import { signInOf } from '../browser/browser-sessions.js';
import { OAuthContexts } from '../contexts/oauth-contexts.js';
import { isCodeRedeemed } from '../store/code-statements.js';
import {
  InteractionGone,
  type Onward,
  type PendingAuthorization,
  type PendingInteraction,
  type PendingSignOut,
  type UserAnswer,
} from './interaction.js';
import {
  type InteractionKey,
  InteractionsRepository,
  isNoneWaiting,
  type StoredRequest,
} from './interactions.repository.js';

/** Long enough to find a password, short enough that nobody finds the page the next day. */
const LIFETIME_MS = 30 * 60_000;
/** Longer than anybody waits before they click again. */
const ANSWER_KEPT_MS = 30_000;
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
    private readonly boxes: SecretBox,
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
    const key = keyOf(request, pending.id);
    if (key === undefined) throw new InteractionGone();
    const outcome = await this.answering(
      { realm, key, origin, first, outcomeOf: (result) => result as AuthorizationOutcome },
      (context) => resumeAuthorization(context, pending.request, visitOf(answer)),
    );
    return outcome.kind === 'interaction'
      ? { kind: 'redirect', location: pageOf(realm, 'sign-in', pending.id) }
      : onwardOf(outcome);
  }

  /**
   * What this browser was answered a moment ago, when it ended this interaction. Who clicks twice
   * has their browser drop the first answer, and the code with it. It is the same answer, and
   * nothing is done again; undefined once its code was redeemed, as a second time would end all
   * that came of it.
   */
  async lastAnswer(realm: Realm, request: Request, id: string): Promise<Onward | undefined> {
    const key = keyOf(request, id);
    if (key === undefined) return undefined;
    const asks = this.pipelines.of(realm.orgId);
    const since = new Date(Date.now() - ANSWER_KEPT_MS);
    const sealed = await this.interactions.findAnswer(asks, realm, key, since);
    if (sealed === undefined) return undefined;
    const json = Buffer.from(this.boxes.open(sealed, answerContext(realm, key)));
    const onward = JSON.parse(json.toString('utf8')) as Onward;
    const code = codeIn(onward);
    return code !== undefined && (await isCodeRedeemed(asks, realm, sha256Digest(code)))
      ? undefined
      : onward;
  }

  /**
   * The user has said yes to signing out. Clear the session cookie.
   *
   * @param session the living session of the browser, which ends
   * @throws {InteractionGone} it is over, or somebody else has answered meanwhile
   */
  async confirmSignOut(
    realm: Realm,
    request: Request,
    pending: PendingSignOut,
    session: Session | undefined,
    origin: Origin,
  ): Promise<Onward> {
    const key = keyOf(request, pending.id);
    if (key === undefined) throw new InteractionGone();
    const { location } = pending.request;
    const ended = { kind: 'ended', ...(location !== undefined && { location }) } as const;
    return onwardOf(
      await this.answering({ realm, key, origin, outcomeOf: () => ended }, (context) =>
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
    { realm, key, origin, first, outcomeOf }: Answering,
    work: (context: OAuthContext) => Promise<Outcome>,
  ): Promise<Outcome> {
    const transaction = { committed: false };
    const context = await this.contexts.of(realm, origin, {
      afterBegin: async (tx) => {
        // Before what others have to do then: it is known when this goes on.
        afterCommit(tx, () => {
          transaction.committed = true;
        });
        await first?.(tx);
      },
      beforeCommit: (tx, result) => this.note(tx, realm, key, outcomeOf(result)),
    });
    return await orGone(async () => {
      const outcome = await work(context);
      if (!transaction.committed) {
        await this.pipelines.withTenant(realm.orgId, (tx) =>
          this.note(tx, realm, key, outcome),
        );
      }
      return outcome;
    });
  }

  private async note(
    tx: PipelinedTransaction,
    realm: RealmKey,
    key: InteractionKey,
    outcome: InteractionOutcome,
  ): Promise<void> {
    const now = new Date();
    if (outcome.kind === 'interaction') {
      await this.interactions.ask(tx, realm, key, outcome.ask, now);
      return;
    }
    const onward = onwardOf(outcome);
    const kept =
      onward.kind === 'error_page'
        ? undefined
        : this.boxes.seal(Buffer.from(JSON.stringify(onward)), answerContext(realm, key));
    await this.interactions.consume(tx, realm, key, kept, now);
  }
}

/** What an answer leads to. */
type InteractionOutcome = AuthorizationOutcome | SessionEnded;

interface Answering {
  readonly realm: Realm;
  readonly key: InteractionKey;
  readonly origin: Origin;
  /** What else is done in the transaction, before all else. */
  readonly first?: ((tx: PipelinedTransaction) => Promise<void>) | undefined;
  /** What the result of the engine's transaction leads to. */
  readonly outcomeOf: (result: unknown) => InteractionOutcome;
}

/** Where a kept answer belongs: in another row its box does not open. */
function answerContext(
  { orgId, mode }: RealmKey,
  { digest }: InteractionKey,
): Readonly<Record<string, string>> {
  const name = Buffer.from(digest).toString('base64url');
  return { table: 'interactions', org: orgId, mode, digest: name };
}

async function orGone<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw isNoneWaiting(error) ? new InteractionGone() : error;
  }
}

/** How a browser goes on after an answer that needs no more of its user. */
export function onwardOf(
  outcome: Exclude<InteractionOutcome, { readonly kind: 'interaction' }>,
): Onward {
  switch (outcome.kind) {
    case 'ended':
      return outcome.location === undefined
        ? { kind: 'signed_out' }
        : { kind: 'redirect', location: outcome.location };
    case 'redirect':
      return { kind: 'redirect', location: outcome.location };
    case 'form_post':
      return { kind: 'form_post', action: outcome.action, fields: outcome.fields };
    case 'error_page':
      return { kind: 'error_page', refusal: outcome.refusal };
  }
}

/** The code that an application is answered with. What its own address says comes before it. */
function codeIn(onward: Onward): string | undefined {
  switch (onward.kind) {
    case 'redirect':
      return new URL(onward.location).searchParams.getAll('code').at(-1);
    case 'form_post':
      return onward.fields['code'];
    case 'error_page':
    case 'signed_out':
      return undefined;
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
