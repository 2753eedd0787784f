import { Get, Param, Post, Req, Res } from '@nestjs/common';
import { type Request, type Response } from 'express';
import { originOf } from '../audit/origin.js';
import { BrowserAnswers } from '../oauth/browser/browser-answers.js';
import { BrowserSessions } from '../oauth/browser/browser-sessions.js';
import {
  InteractionGone,
  type PendingSignOut,
  type UserAnswer,
} from '../oauth/interactions/interaction.js';
import { Interactions } from '../oauth/interactions/interactions.js';
import { type Realm } from '../realms/realm.js';
import { CurrentRealm } from '../realms/realm.guard.js';
import { FormTokens } from './forms/form-tokens.js';
import { type PostedForm, PostedForms } from './forms/posted-forms.js';
import { HostedPage } from './hosted-page.js';
import { leadOn, type PageExchange } from './page-exchange.js';
import { sendPage } from './page-sender.js';
import { sourceOf } from './pages/content-security-policy.js';
import { noticePage } from './pages/notice-page.js';
import { signOutPage } from './pages/sign-out-page.js';
import { People } from './people.js';
import { RepeatedForms } from './repeated-forms.js';

/** The page of a request to sign out. */
@HostedPage('sign-out/:id')
export class SignOutController {
  constructor(
    private readonly interactions: Interactions,
    private readonly sessions: BrowserSessions,
    private readonly answers: BrowserAnswers,
    private readonly people: People,
    private readonly forms: PostedForms,
    private readonly repeated: RepeatedForms,
    private readonly tokens: FormTokens,
  ) {}

  @Get()
  async show(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
  ): Promise<void> {
    const pending = await this.find({ realm, request, response }, id);
    const session = await this.sessions.find(realm, request);
    const { location } = pending.request;
    const page = signOutPage(realm, {
      form: {
        action: `${realm.issuer}/sign-out/${id}`,
        token: this.tokens.issue(realm, request, `sign-out:${id}`),
      },
      applicationName: pending.application?.name,
      person: session && (await this.people.person(realm, session.userId)),
      formAction: location === undefined ? [] : [sourceOf(location)],
    });
    sendPage(response, 200, page);
  }

  @Post()
  async answer(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
    @Param('id') id: string,
  ): Promise<void> {
    const exchange = { realm, request, response };
    await this.repeated.doOnce(
      exchange,
      id,
      (form) => this.answerOnce(exchange, id, form),
      () => {
        this.sessions.forget(request, response, realm);
      },
    );
  }

  private async answerOnce(
    exchange: PageExchange,
    id: string,
    form: PostedForm,
  ): Promise<void> {
    const { realm, request, response } = exchange;
    this.forms.check(realm, request, form, `sign-out:${id}`);
    const session = await this.sessions.find(realm, request);
    if (form.fields.get('decision') === 'sign_out') {
      await this.signOut(exchange, id, { session, sent: form });
      return;
    }
    const page = noticePage(realm, {
      title: session === undefined ? 'Nobody is signed in' : 'You are still signed in',
      text: ['Nothing has changed. You can close this window.'],
      mood: 'plain',
    });
    sendPage(response, 200, page);
  }

  private async signOut(
    exchange: PageExchange,
    id: string,
    answer: Pick<UserAnswer, 'session' | 'sent'>,
  ): Promise<void> {
    const { realm, request, response } = exchange;
    const { session } = answer;
    const pending = await this.find(exchange, id);
    const actor =
      session === undefined
        ? ({ type: 'service', id: 'sign-in' } as const)
        : ({ type: 'user', id: session.userId } as const);
    const origin = originOf(request, actor);
    const onward = await this.interactions.confirmSignOut(
      realm,
      request,
      pending,
      answer,
      origin,
    );
    this.sessions.forget(request, response, realm);
    leadOn(this.answers, exchange, onward);
  }

  private async find({ realm, request }: PageExchange, id: string): Promise<PendingSignOut> {
    const pending = await this.interactions.find(realm, request, id);
    if (pending?.kind !== 'sign_out') throw new InteractionGone();
    return pending;
  }
}
