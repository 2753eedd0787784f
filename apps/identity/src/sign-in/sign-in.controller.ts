import { Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { type Interaction } from '@nomo/oauth-engine';
import { type Request, type Response } from 'express';
import { originOf } from '../audit/origin.js';
import { DatabaseAway } from '../database/database-away.js';
import { BrowserAnswers } from '../oauth/browser/browser-answers.js';
import { BrowserSessions } from '../oauth/browser/browser-sessions.js';
import {
  InteractionGone,
  type Onward,
  type PendingAuthorization,
  type PendingSignIn,
  type UserAnswer,
} from '../oauth/interactions/interaction.js';
import { Interactions } from '../oauth/interactions/interactions.js';
import { KeptAnswers } from '../oauth/interactions/kept-answers.js';
import { pageOf, returnFrom } from '../oauth/interactions/onward.js';
import { type Realm } from '../realms/realm.js';
import { CurrentRealm } from '../realms/realm.guard.js';
import { type Session } from '../sessions/session.js';
import { FormTokens } from './forms/form-tokens.js';
import { ForeignForm, type PostedForm, PostedForms } from './forms/posted-forms.js';
import { HostedPage } from './hosted-page.js';
import { leadOn, type PageExchange } from './page-exchange.js';
import { sendPage } from './page-sender.js';
import { accountPage } from './pages/account-page.js';
import { consentPage } from './pages/consent-page.js';
import { sourceOf } from './pages/content-security-policy.js';
import { type FormTarget } from './pages/form-parts.js';
import { LONGEST_EMAIL, LONGEST_PASSWORD, signInPage } from './pages/sign-in-page.js';
import { People } from './people.js';
import { RepeatedForms } from './repeated-forms.js';
import { type Authenticated, SignInOvertaken, SignInService } from './sign-in.service.js';
import { inSeconds, inWords } from './waiting-time.js';

type Pending = PendingAuthorization | PendingSignIn;

/** What is asked of the page itself: to show the form although somebody is signed in. */
const OTHER_ACCOUNT = 'other';
/** The same for every reason. */
const WRONG = 'This address and password do not belong together. Check both and try again.';
const OVERTAKEN = 'Something changed while you signed in. Try again.';

/** The pages of a request that waits for its user: sign-in, choice of an account, consent. */
@HostedPage('sign-in/:id')
export class SignInController {
  constructor(
    private readonly interactions: Interactions,
    private readonly sessions: BrowserSessions,
    private readonly answers: BrowserAnswers,
    private readonly service: SignInService,
    private readonly people: People,
    private readonly forms: PostedForms,
    private readonly repeated: RepeatedForms,
    private readonly kept: KeptAnswers,
    private readonly tokens: FormTokens,
  ) {}

  @Get()
  async show(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
    @Query('account') account: unknown,
  ): Promise<void> {
    const exchange = { realm, request, response };
    const pending = await this.find(exchange, id);
    const session = await this.sessions.find(realm, request);
    if (session === undefined || account === OTHER_ACCOUNT || asksToSignIn(pending, session)) {
      const hint = pending.kind === 'authorization' ? pending.request.loginHint : undefined;
      // Whoever is asked once more does not have to type it once more.
      const known = account === OTHER_ACCOUNT ? undefined : session;
      const email = hint ?? (known && (await this.people.person(realm, known.userId)).email);
      this.showSignIn(exchange, pending, { email: email ?? '' });
      return;
    }
    if (pending.kind === 'sign_in') {
      leadOn(this.answers, exchange, returnFrom(realm, pending));
      return;
    }
    const { ask } = pending;
    if (ask.page === 'login' || ask.userId !== session.userId) {
      // Somebody has signed in here since, in another tab: it is decided anew what to ask them.
      await this.resume(exchange, pending, session, {});
      return;
    }
    await this.showQuestion(exchange, pending, session, ask);
  }

  @Post()
  async signIn(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
  ): Promise<void> {
    const exchange = { realm, request, response };
    await this.repeated.doOnce(
      exchange,
      id,
      (form) => this.signInOnce(exchange, id, form),
      ({ sessionToken }, { fields }) => {
        if (sessionToken !== undefined)
          this.service.remember(realm, request, response, {
            sessionToken,
            email: emailIn(fields),
          });
      },
    );
  }

  @Post('account')
  async chooseAccount(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
  ): Promise<void> {
    const exchange = { realm, request, response };
    await this.repeated.doOnce(exchange, id, async (sent) => {
      this.forms.check(realm, request, sent, `account:${id}`);
      const pending = await this.findAuthorization(exchange, id);
      const session = await this.sessions.find(realm, request);
      const selected = session === undefined ? {} : { selectedUserId: session.userId };
      await this.resume(exchange, pending, session, { ...selected, sent });
    });
  }

  @Post('consent')
  async consent(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
  ): Promise<void> {
    const exchange = { realm, request, response };
    await this.repeated.doOnce(exchange, id, async (sent) => {
      // The token is of the session that the page was shown to: nobody else's answer counts.
      this.forms.check(realm, request, sent, `consent:${id}`);
      const pending = await this.findAuthorization(exchange, id);
      const session = await this.sessions.find(realm, request);
      const decision = sent.fields.get('decision');
      const decided = decision === 'allow' || decision === 'deny';
      const answer =
        session === undefined || !decided
          ? {}
          : { consent: { userId: session.userId, granted: decision === 'allow' } };
      await this.resume(exchange, pending, session, {
        ...answer,
        // Whom the page was about has been chosen with it.
        ...(session && { selectedUserId: session.userId }),
        sent,
      });
    });
  }

  @Post('cancel')
  async cancel(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
  ): Promise<void> {
    const exchange = { realm, request, response };
    await this.repeated.doOnce(exchange, id, async (sent) => {
      this.forms.check(realm, request, sent, `cancel:${id}`);
      const pending = await this.findAuthorization(exchange, id);
      await this.resume(exchange, pending, undefined, { cancelled: true, sent });
    });
  }

  private async signInOnce(
    exchange: PageExchange,
    id: string,
    form: PostedForm,
  ): Promise<void> {
    const { realm, request, response } = exchange;
    let isOutOfDate = false;
    try {
      this.forms.check(realm, request, form, `sign-in:${id}`);
    } catch (error) {
      await this.whereSignedInSince(exchange, id, error);
      isOutOfDate = true;
    }
    const pending = await this.find(exchange, id);
    if (isOutOfDate) {
      this.answers.send(response, realm, {
        kind: 'redirect',
        location: pageOf(realm, pending),
      });
      return;
    }
    const { fields } = form;
    const email = emailIn(fields);
    const password = fields.get('password') ?? '';
    if (email === '' || password === '') {
      const error = 'Type your e-mail address and your password.';
      this.showSignIn(exchange, pending, { email: shortened(email), error }, 422);
      return;
    }
    if (email.length > LONGEST_EMAIL || password.length > LONGEST_PASSWORD) {
      this.showSignIn(exchange, pending, { email: shortened(email), error: WRONG }, 422);
      return;
    }
    const outcome = await this.service.signIn(realm, request, response, { email, password });
    switch (outcome.kind) {
      case 'refused':
        this.showSignIn(exchange, pending, { email, error: WRONG }, 422);
        return;
      case 'limited': {
        const { retryAfterMs } = outcome;
        const error = `There were too many attempts. Try again ${inWords(retryAfterMs)}.`;
        const headers = { 'retry-after': inSeconds(retryAfterMs) };
        this.showSignIn(exchange, pending, { email, error }, 429, headers);
        return;
      }
      case 'authenticated':
        try {
          await this.goOnAs(exchange, pending, outcome, form);
        } catch (error) {
          if (!(error instanceof SignInOvertaken)) throw error;
          this.showSignIn(exchange, pending, { email, error: OVERTAKEN }, 422);
        }
    }
  }

  /**
   * A form is out of date as well once its user has signed in in another tab. Nothing is taken of
   * it: they are led to the page, which knows what to do with them.
   *
   * @throws what else is wrong with it
   */
  private async whereSignedInSince(
    exchange: PageExchange,
    id: string,
    error: unknown,
  ): Promise<void> {
    if (!(error instanceof ForeignForm)) throw error;
    const session = await this.sessions.find(exchange.realm, exchange.request);
    if (session === undefined || asksToSignIn(await this.find(exchange, id), session))
      throw error;
  }

  private async find({ realm, request }: PageExchange, id: string): Promise<Pending> {
    const pending = await this.interactions.find(realm, request, id);
    if (pending === undefined || pending.kind === 'sign_out') throw new InteractionGone();
    return pending;
  }

  private async findAuthorization(
    exchange: PageExchange,
    id: string,
  ): Promise<PendingAuthorization> {
    const pending = await this.find(exchange, id);
    if (pending.kind !== 'authorization') throw new InteractionGone();
    return pending;
  }

  /**
   * Signs in and goes on in one transaction. Where it is taken back they are signed in all the
   * same, unless it was because this very form was answered a moment ago.
   *
   * @throws {SignInOvertaken} {InteractionGone}
   */
  private async goOnAs(
    exchange: PageExchange,
    pending: Pending,
    { session, token, startIn, startUnlessDone }: Authenticated,
    { digest }: PostedForm,
  ): Promise<void> {
    const { realm, request } = exchange;
    const sent = { digest, sessionToken: token };
    let onward: Onward;
    try {
      onward =
        pending.kind === 'sign_in'
          ? await this.interactions.goBack(realm, request, pending, sent, startIn)
          : await this.onwardFrom(exchange, pending, session, { sent }, startIn);
    } catch (error) {
      // The session is theirs that started then.
      if (await this.isAnswered(exchange, pending, digest)) throw new InteractionGone();
      await startUnlessDone().catch((again: unknown) => {
        // PostgreSQL is still away; or is back, and had committed.
        if (!(error instanceof DatabaseAway)) throw again;
      });
      throw error;
    }
    leadOn(this.answers, exchange, onward);
  }

  private async isAnswered(
    { realm, request }: PageExchange,
    { id }: Pending,
    digest: Uint8Array,
  ): Promise<boolean> {
    return (await this.kept.find(realm, request, id, digest)) !== undefined;
  }

  private async resume(
    exchange: PageExchange,
    pending: PendingAuthorization,
    session: Session | undefined,
    answer: Omit<UserAnswer, 'session'>,
  ): Promise<void> {
    leadOn(this.answers, exchange, await this.onwardFrom(exchange, pending, session, answer));
  }

  private onwardFrom(
    { realm, request }: PageExchange,
    pending: PendingAuthorization,
    session: Session | undefined,
    answer: Omit<UserAnswer, 'session'>,
    first?: Authenticated['startIn'],
  ): Promise<Onward> {
    const origin = originOf(
      request,
      session === undefined
        ? { type: 'service', id: 'sign-in' }
        : { type: 'user', id: session.userId },
    );
    const whole = { ...answer, session };
    return this.interactions.resume(realm, request, pending, whole, origin, first);
  }

  private showSignIn(
    exchange: PageExchange,
    pending: Pending,
    shown: { readonly email: string; readonly error?: string },
    status = 200,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    const { realm, response } = exchange;
    const waits = pending.kind === 'authorization';
    const page = signInPage(realm, {
      ...shown,
      form: this.target(exchange, pending, 'sign-in'),
      cancel: waits ? this.target(exchange, pending, 'cancel') : undefined,
      applicationName: waits ? pending.application.name : undefined,
      formAction: formActionOf(pending),
    });
    sendPage(response, status, page, headers);
  }

  private async showQuestion(
    exchange: PageExchange,
    pending: PendingAuthorization,
    { userId }: Session,
    ask: Exclude<Interaction, { readonly page: 'login' }>,
  ): Promise<void> {
    const { realm, response } = exchange;
    const { application, request: asked } = pending;
    const common = {
      otherAccount: `${pageOf(realm, pending)}?account=${OTHER_ACCOUNT}`,
      formAction: formActionOf(pending),
    };
    const page =
      ask.page === 'select_account'
        ? accountPage(realm, {
            ...common,
            person: await this.people.person(realm, userId),
            form: this.target(exchange, pending, 'account'),
            cancel: this.target(exchange, pending, 'cancel'),
            applicationName: application.name,
          })
        : consentPage(realm, {
            ...common,
            // What is kept if they allow it, and nothing else.
            ...(await this.people.access(realm, userId, ask.access)),
            form: this.target(exchange, pending, 'consent'),
            application,
            returnsTo: sourceOf(asked.redirectUri),
          });
    sendPage(response, 200, page);
  }

  private target(
    { realm, request }: PageExchange,
    pending: Pending,
    form: 'sign-in' | 'account' | 'consent' | 'cancel',
  ): FormTarget {
    const address = pageOf(realm, pending);
    return {
      action: form === 'sign-in' ? address : `${address}/${form}`,
      token: this.tokens.issue(realm, request, `${form}:${pending.id}`),
    };
  }
}

/** Whether somebody who is signed in is asked to do so again. They are not where they did so since. */
function asksToSignIn(pending: Pending, { authenticatedAt }: Session): boolean {
  return (
    pending.kind === 'authorization' &&
    pending.ask.page === 'login' &&
    authenticatedAt.getTime() < pending.request.receivedAt
  );
}

/** Where the forms of a request may lead in the end, for browsers that are answered by a redirect. */
function formActionOf(pending: Pending): string[] {
  return pending.kind === 'authorization' ? [sourceOf(pending.request.redirectUri)] : [];
}

/** As it was typed. */
function emailIn(fields: PostedForm['fields']): string {
  return fields.get('email')?.trim() ?? '';
}

function shortened(email: string): string {
  return email.slice(0, LONGEST_EMAIL);
}
