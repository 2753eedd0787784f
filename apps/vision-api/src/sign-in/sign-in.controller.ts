import { Controller, Get, Logger, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Problem, readCookie, requestContext } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { initiatedBy } from '../accounts/account.js';
import { type Initiator } from '../audit/audit-events.js';
import {
  SESSION_COOKIE,
  setConsoleCookie,
  SIGN_IN_COOKIE,
} from '../sessions/console-cookies.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { Provider } from './provider.js';
import { SignInFailure } from './sign-in-failure.js';
import { SignInMetrics } from './sign-in.metrics.js';
import { ATTEMPT_SECONDS, SignInService } from './sign-in.service.js';

/** The way to the provider and back. A browser goes it by links: every answer is a redirect. */
@ApiExcludeController()
@Controller('dashboard')
export class SignInController {
  private readonly logger = new Logger('SignIn');

  constructor(
    private readonly provider: Provider,
    private readonly service: SignInService,
    private readonly sessions: SessionsService,
    private readonly metrics: SignInMetrics,
  ) {}

  @Get('sign-in')
  async signIn(
    @Req() request: Request,
    @Res() response: Response,
    @Query('return_to') returnTo: unknown,
  ): Promise<void> {
    if (!this.provider.isConfigured) {
      // The page there says what is missing.
      response.redirect(302, '/dashboard');
      return;
    }
    try {
      const { url, browser } = await this.service.begin(
        readCookie(request, SIGN_IN_COOKIE),
        returnTo,
        requestContext(request).clientAddress,
      );
      setConsoleCookie(response, {
        name: SIGN_IN_COOKIE,
        value: browser,
        maxAgeSeconds: ATTEMPT_SECONDS,
      });
      response.redirect(302, url);
    } catch (error) {
      this.tell(response, error);
    }
  }

  @Get('callback')
  async callback(@Req() request: Request, @Res() response: Response): Promise<void> {
    const initiator = (userId: string): Initiator =>
      initiatedBy(request, { type: 'user', id: userId });
    try {
      const { returnTo, token } = await this.service.finish(
        {
          browser: readCookie(request, SIGN_IN_COOKIE),
          search: new URL(request.originalUrl, 'http://localhost').search,
        },
        initiator,
      );
      await this.endReplaced(request, initiator);
      // A new one in any case: whatever the browser came with opens nothing from now on.
      setConsoleCookie(response, { name: SESSION_COOKIE, value: token.reveal() });
      this.metrics.count('signed_in');
      response.redirect(302, returnTo);
    } catch (error) {
      this.tell(response, error);
    }
  }

  /** The session stays if this fails, and ends by its own time: its cookie is overwritten. */
  private async endReplaced(
    request: Request,
    initiator: (userId: string) => Initiator,
  ): Promise<void> {
    const former = readCookie(request, SESSION_COOKIE);
    if (former === undefined) return;
    await this.sessions.replace(former, initiator).catch((error: unknown) => {
      this.logger.warn(error, 'A session that was replaced could not be ended');
    });
  }

  /** A person in front of a browser reads a page. What went wrong in detail is for the log. */
  private tell(response: Response, error: unknown): void {
    const failure =
      error instanceof Problem && error.status === 503
        ? new SignInFailure('unavailable', { cause: error })
        : error;
    if (!(failure instanceof SignInFailure)) throw error;
    this.metrics.count(failure.reason);
    const { cause, reason } = failure;
    this.logger.warn(
      { reason, ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }) },
      'A sign-in came to nothing',
    );
    response.redirect(303, `/dashboard/sign-in-failed?reason=${reason}`);
  }
}
