import {
  Controller,
  Get,
  HttpCode,
  Inject,
  Post,
  Req,
  Res,
  SerializeOptions,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { CONFIG, requestContext } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { initiatorOf } from '../accounts/account.js';
import { type Config } from '../config.js';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { MAX_IMAGE_BYTES } from '../operations/image-input/image-limits.js';
import { Provider } from '../sign-in/provider.js';
import { clearConsoleCookie, SESSION_COOKIE } from './console-cookies.js';
import { RequiresSession } from './session.guard.js';
import { sessionOf } from './session.js';
import { SessionsRepository } from './sessions.repository.js';
import { EndedAnswer, SessionAnswer } from './sessions.schemas.js';
import { SessionsService } from './sessions.service.js';

/** What a signed-in browser is told of itself, and its way out everywhere. */
@ApiExcludeController()
@Controller('dashboard/api')
@RequiresSession()
export class SessionsController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly service: SessionsService,
    private readonly sessions: SessionsRepository,
    private readonly circuit: DatabaseCircuit,
    private readonly provider: Provider,
  ) {}

  @Get('session')
  @SerializeOptions({ schema: SessionAnswer })
  async readSession(@Req() request: Request): Promise<SessionAnswer> {
    const { config } = this;
    const session = sessionOf(request);
    const { userId, email, name, csrfToken, issuer } = session;
    return {
      user: { id: userId, email, name: name ?? null },
      csrfToken,
      expiresAt: session.expiresAt.toISOString(),
      idleExpiresAt: session.idleExpiresAt.toISOString(),
      sessions: await this.circuit.serve(() => this.service.count(userId)),
      provider: { name: config.OIDC_PROVIDER_NAME, issuer },
      limits: {
        keyQuotaPerDay: config.DAILY_QUOTA,
        ratePerSecond: config.RATE_LIMIT_PER_SECOND,
        rateBurst: config.RATE_LIMIT_BURST,
        maxImageBytes: MAX_IMAGE_BYTES,
      },
      requestId: requestContext(request).id,
    };
  }

  /** Ends every session of the customer, this one too, and leads on to end the provider's. */
  @Post('sessions/end-all')
  @HttpCode(200)
  @SerializeOptions({ schema: EndedAnswer })
  async endAll(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EndedAnswer> {
    const idToken = await this.circuit.serve(() =>
      this.sessions.endAll(sessionOf(request), initiatorOf(request)),
    );
    clearConsoleCookie(response, SESSION_COOKIE);
    return {
      redirectTo: (await this.provider.endSessionUrl(idToken)) ?? '/dashboard/signed-out',
      requestId: requestContext(request).id,
    };
  }
}
