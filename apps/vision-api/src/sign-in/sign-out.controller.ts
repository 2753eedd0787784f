import { Controller, HttpCode, Inject, Logger, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CONFIG, Problem, readCookie } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { initiatedBy } from '../accounts/account.js';
import { publicOrigin, type Config } from '../config.js';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { temporarilyUnavailable } from '../redis/redis.problems.js';
import {
  clearConsoleCookie,
  SESSION_COOKIE,
  SIGN_IN_COOKIE,
} from '../sessions/console-cookies.js';
import { isCsrfToken, isFromThisOrigin } from '../sessions/csrf.js';
import { csrfRejected } from '../sessions/session.problems.js';
import { SessionsRepository } from '../sessions/sessions.repository.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { readForm } from './form-body.js';
import { LogoutTokenRefused, LogoutTokens } from './logout-tokens.js';
import { ProviderUnavailable } from './provider-unavailable.js';
import { Provider } from './provider.js';

/** The ways out: of here and of the provider, and by a message of the provider. */
@ApiExcludeController()
@Controller('dashboard')
export class SignOutController {
  private readonly security = new Logger('Security');
  private readonly origin: string;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly provider: Provider,
    private readonly tokens: LogoutTokens,
    private readonly service: SessionsService,
    private readonly sessions: SessionsRepository,
    private readonly circuit: DatabaseCircuit,
  ) {
    this.origin = publicOrigin(config);
  }

  /**
   * Ends the session and leads to the provider, to end the one there. Whoever is signed out already
   * goes the same way.
   */
  @Post('sign-out')
  @HttpCode(200)
  async signOut(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = await readForm(request, response);
    if (!isFromThisOrigin(request, this.origin)) throw csrfRejected();
    const token = readCookie(request, SESSION_COOKIE);
    const session = token && (await this.circuit.serve(() => this.service.open(token)));
    let idToken: string | undefined;
    if (session) {
      const presented = request.headers['x-csrf-token'] ?? form.get('csrfToken');
      if (!isCsrfToken(presented, session)) throw csrfRejected();
      const initiator = initiatedBy(request, { type: 'user', id: session.userId });
      idToken = await this.circuit.serve(() =>
        this.sessions.end(session, 'signed_out', initiator),
      );
    }
    clearConsoleCookie(response, SESSION_COOKIE);
    clearConsoleCookie(response, SIGN_IN_COOKIE);
    const redirectTo = (await this.provider.endSessionUrl(idToken)) ?? '/dashboard/signed-out';
    if (request.accepts(['html', 'json']) === 'json') response.json({ redirectTo });
    else response.redirect(303, redirectTo);
  }

  /** OpenID Connect Back-Channel Logout 1.0, sections 2.5 and 2.8. */
  @Post('backchannel-logout')
  @HttpCode(200)
  async endByProvider(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    const sent = (await readForm(request, response)).get('logout_token');
    if (sent === undefined) throw this.refused(new Error('there is no logout token'));
    try {
      const logout = await this.tokens.verify(sent);
      const initiator = initiatedBy(request, { type: 'service', id: 'identity-provider' });
      const isFirst = await this.circuit.serve(() =>
        this.sessions.endByProvider(logout, initiator),
      );
      if (!isFirst) throw new LogoutTokenRefused('it was used before');
    } catch (error) {
      if (error instanceof LogoutTokenRefused) throw this.refused(error);
      if (error instanceof ProviderUnavailable) throw temporarilyUnavailable(error);
      throw error;
    }
  }

  private refused(cause: Error): Problem {
    this.security.warn(
      { event: 'logout_token_refused', reason: cause.message },
      'A logout token was refused',
    );
    return new Problem({
      status: 400,
      code: 'invalid_logout_token',
      detail: 'This is no logout token for this service, or it was used before.',
      // What the specification calls it (section 2.8).
      extensions: { error: 'invalid_request' },
      cause,
    });
  }
}
