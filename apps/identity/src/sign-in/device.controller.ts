import { Get, Post, Query, Req, Res } from '@nestjs/common';
import { decideDeviceRequest, type DeviceRequest, findDeviceRequest } from '@nomo/oauth-engine';
import { requestContext } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { originOf } from '../audit/origin.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { BrowserAnswers } from '../oauth/browser/browser-answers.js';
import { BrowserSessions, signInOf } from '../oauth/browser/browser-sessions.js';
import { OAuthContexts } from '../oauth/contexts/oauth-contexts.js';
import { Interactions } from '../oauth/interactions/interactions.js';
import { type Realm } from '../realms/realm.js';
import { CurrentRealm } from '../realms/realm.guard.js';
import { type Session } from '../sessions/session.js';
import { FormTokens } from './forms/form-tokens.js';
import { PostedForms } from './forms/posted-forms.js';
import { HostedPage } from './hosted-page.js';
import { deviceCodeBuckets } from './limits/buckets.js';
import { type PageExchange } from './page-exchange.js';
import { sendPage } from './page-sender.js';
import { deviceCodePage, devicePage, LONGEST_USER_CODE } from './pages/device-pages.js';
import { noticePage } from './pages/notice-page.js';
import { People } from './people.js';
import { inSeconds, inWords } from './waiting-time.js';

const NOT_FOUND = 'No device waits with this code. Check it, or start again on the device.';

type Found =
  | { readonly kind: 'found'; readonly asked: DeviceRequest }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'limited'; readonly retryAfterMs: number };

/** The pages where a user lets a device act for them (RFC 8628, section 3.3). */
@HostedPage('device')
export class DeviceController {
  constructor(
    private readonly contexts: OAuthContexts,
    private readonly interactions: Interactions,
    private readonly sessions: BrowserSessions,
    private readonly answers: BrowserAnswers,
    private readonly people: People,
    private readonly limits: AttemptLimits,
    private readonly forms: PostedForms,
    private readonly tokens: FormTokens,
  ) {}

  @Get()
  async show(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
    @Query('user_code') given: unknown,
  ): Promise<void> {
    const exchange = { realm, request, response };
    const userCode = typeof given === 'string' ? given.slice(0, LONGEST_USER_CODE) : '';
    const session = await this.sessions.find(realm, request);
    if (session === undefined) {
      const location = await this.interactions.beginSignIn(
        realm,
        request,
        response,
        pathOf(userCode),
      );
      this.answers.send(response, realm, { kind: 'redirect', location });
      return;
    }
    if (userCode === '') {
      await this.askForCode(exchange, session, { userCode });
      return;
    }
    const found = await this.find(exchange, session, userCode);
    if (found.kind !== 'found') {
      await this.refuseCode(exchange, session, userCode, found);
      return;
    }
    const { application, access } = found.asked;
    const shown = await this.people.access(realm, session.userId, access);
    const shownCode = asShown(userCode);
    const page = devicePage(realm, {
      ...shown,
      application,
      userCode: shownCode,
      form: {
        action: `${realm.issuer}/device`,
        token: this.tokens.issue(realm, request, `device:${shownCode}`),
      },
    });
    sendPage(response, 200, page);
  }

  @Post()
  async decide(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const exchange = { realm, request, response };
    // The token is of the session and of the code that the page has shown.
    const fields = await this.forms.read(
      realm,
      request,
      (given) => `device:${given.get('user_code') ?? ''}`,
    );
    const session = await this.sessions.find(realm, request);
    const userCode = fields.get('user_code') ?? '';
    if (session === undefined) {
      const path = pathOf(userCode);
      const location = await this.interactions.beginSignIn(realm, request, response, path);
      this.answers.send(response, realm, { kind: 'redirect', location });
      return;
    }
    const approved = fields.get('decision') === 'allow';
    const origin = originOf(request, { type: 'user', id: session.userId });
    const context = await this.contexts.of(realm, origin);
    const decided = await decideDeviceRequest(context, {
      typed: userCode,
      signIn: signInOf(session),
      approved,
    });
    if (!decided) {
      await this.refuseCode(exchange, session, '', { kind: 'unknown' });
      return;
    }
    const page = approved
      ? noticePage(realm, {
          title: 'The device is connected',
          text: ['Go back to the device: it goes on by itself within some seconds.'],
          mood: 'good',
        })
      : noticePage(realm, {
          title: 'The device is not connected',
          text: ['You have denied it access to your account. You can close this window.'],
          mood: 'plain',
          icon: 'cross',
        });
    sendPage(response, 200, page);
  }

  /** Codes are short, so few may be tried. One that is found costs nothing. */
  private async find(
    { realm, request }: PageExchange,
    { userId }: Session,
    userCode: string,
  ): Promise<Found> {
    const ip = requestContext(request).clientAddress;
    const attempt = await this.limits.take(deviceCodeBuckets(realm, { userId, ip }));
    if (!attempt.allowed) return { kind: 'limited', retryAfterMs: attempt.retryAfterMs };
    const origin = originOf(request, { type: 'user', id: userId });
    const asked = await findDeviceRequest(await this.contexts.of(realm, origin), userCode);
    if (asked === undefined) return { kind: 'unknown' };
    await attempt.giveBack();
    return { kind: 'found', asked };
  }

  private async refuseCode(
    exchange: PageExchange,
    session: Session,
    userCode: string,
    found: Exclude<Found, { readonly kind: 'found' }>,
  ): Promise<void> {
    if (found.kind === 'unknown') {
      await this.askForCode(exchange, session, { userCode, error: NOT_FOUND }, 422);
      return;
    }
    const { retryAfterMs } = found;
    const error = `There were too many codes. Try again ${inWords(retryAfterMs)}.`;
    await this.askForCode(exchange, session, { userCode, error }, 429, {
      'retry-after': inSeconds(retryAfterMs),
    });
  }

  private async askForCode(
    { realm, response }: PageExchange,
    { userId }: Session,
    shown: { readonly userCode: string; readonly error?: string },
    status = 200,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const person = await this.people.person(realm, userId);
    const page = deviceCodePage(realm, { ...shown, action: `${realm.issuer}/device`, person });
    sendPage(response, status, page, headers);
  }
}

function pathOf(userCode: string): string {
  return userCode === '' ? '/device' : `/device?user_code=${encodeURIComponent(userCode)}`;
}

/** A code as devices show it, however it was typed. */
function asShown(userCode: string): string {
  const letters = userCode.toUpperCase().replace(/[^A-Z]/g, '');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
