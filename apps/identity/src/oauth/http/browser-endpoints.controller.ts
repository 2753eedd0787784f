import { Controller, Get, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  authorize,
  type AuthorizationOutcome,
  type EndpointName,
  endpointUrl,
  endSession,
  type OAuthRequest,
} from '@nomo/oauth-engine';
import { type Request, type Response } from 'express';
import { type Realm } from '../../realms/realm.js';
import { CurrentRealm } from '../../realms/realm.guard.js';
import { type PageExchange } from '../../sign-in/page-exchange.js';
import { PagesFilter } from '../../sign-in/pages.filter.js';
import { BrowserAnswers } from '../browser/browser-answers.js';
import { BrowserSessions, signInOf } from '../browser/browser-sessions.js';
import { Interactions } from '../interactions/interactions.js';
import { onwardOf } from '../interactions/onward.js';
import { crossSiteForm } from './cross-site-form.js';
import { readOAuthRequest } from './forms.js';
import { OAuthEndpoints } from './oauth-endpoints.js';
import { OAuthOperation } from './oauth-operation.js';

/** The endpoints that browsers are sent to: their failures are pages. */
@ApiTags('oauth')
@Controller(':org')
@UseFilters(PagesFilter)
export class BrowserEndpointsController {
  constructor(
    private readonly endpoints: OAuthEndpoints,
    private readonly sessions: BrowserSessions,
    private readonly interactions: Interactions,
    private readonly answers: BrowserAnswers,
  ) {}

  @Get('authorize')
  @OAuthOperation({
    endpoint: 'authorization',
    summary: 'Ask a user for authorization',
    source: 'RFC 6749, section 3.1, and OpenID Connect Core, section 3.1.2',
    status: 303,
  })
  async authorize(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const read = await readOAuthRequest(request);
    if (this.isAskedAgain({ realm, request, response }, 'authorization', read)) return;
    const outcome = await this.decide(realm, request, read);
    if (outcome.kind === 'interaction') {
      this.endpoints.note('authorization', undefined, request);
      const location = await this.interactions.beginAuthorization(
        realm,
        request,
        response,
        outcome,
      );
      this.answers.send(response, realm, { kind: 'redirect', location });
      return;
    }
    this.endpoints.note('authorization', outcome.refusal, request);
    this.answers.send(response, realm, onwardOf(outcome));
  }

  @Post('authorize')
  @OAuthOperation({
    endpoint: 'authorization',
    summary: 'Ask a user for authorization, by a form',
    source: 'OpenID Connect Core, section 3.1.2.1',
    status: 303,
    form: true,
  })
  authorizeByPost(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.authorize(realm, request, response);
  }

  @Get('logout')
  @OAuthOperation({
    endpoint: 'endSession',
    summary: 'Sign a user out',
    source: 'OpenID Connect RP-Initiated Logout',
    status: 303,
  })
  async logout(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const read = await readOAuthRequest(request);
    if (this.isAskedAgain({ realm, request, response }, 'endSession', read)) return;
    const session = await this.sessions.find(realm, request);
    const context = await this.endpoints.contextOf(realm, request);
    const outcome = await endSession(
      context,
      read,
      session && { sessionId: session.id, userId: session.userId },
    );
    this.endpoints.note(
      'endSession',
      outcome.kind === 'error_page' ? outcome.refusal : undefined,
      request,
    );
    switch (outcome.kind) {
      case 'confirm': {
        const location = await this.interactions.beginSignOut(
          realm,
          request,
          response,
          outcome.request,
        );
        this.answers.send(response, realm, { kind: 'redirect', location });
        return;
      }
      case 'ended': {
        this.sessions.forget(request, response, realm);
        this.answers.send(response, realm, onwardOf(outcome));
        return;
      }
      case 'error_page':
        this.answers.send(response, realm, outcome);
        return;
    }
  }

  @Post('logout')
  @OAuthOperation({
    endpoint: 'endSession',
    summary: 'Sign a user out, by a form',
    source: 'OpenID Connect RP-Initiated Logout',
    status: 303,
    form: true,
  })
  logoutByPost(
    @CurrentRealm() realm: Realm,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.logout(realm, request, response);
  }

  /** Whether the browser was sent here once more, with its cookies. */
  private isAskedAgain(
    { realm, request, response }: PageExchange,
    endpoint: EndpointName,
    read: OAuthRequest,
  ): boolean {
    const query = crossSiteForm(request, read);
    if (query === undefined) return false;
    const location = `${endpointUrl(realm.issuer, endpoint)}?${query}`;
    this.answers.send(response, realm, { kind: 'redirect', location });
    return true;
  }

  private async decide(
    realm: Realm,
    request: Request,
    read: OAuthRequest,
  ): Promise<AuthorizationOutcome> {
    const session = await this.sessions.find(realm, request);
    const visit = session === undefined ? {} : { signIn: signInOf(session) };
    const context = await this.endpoints.contextOf(realm, request);
    const outcome = await authorize(context, read, visit);
    if (outcome.kind === 'error_page' && context.store.askAgain()) {
      // Its addresses may have been changed by another process a moment ago.
      return authorize(await this.endpoints.contextOf(realm, request), read, visit);
    }
    return outcome;
  }
}
