import {
  applyDecorators,
  Inject,
  Injectable,
  Logger,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { CONFIG, readCookie } from '@nomo/service-kit';
import { type Request } from 'express';
import { setAccount } from '../accounts/account.js';
import { CustomerRates } from '../accounts/customer-rates.js';
import { publicOrigin, type Config } from '../config.js';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { SESSION_COOKIE } from './console-cookies.js';
import { isCsrfToken, isFromThisOrigin, isSafe } from './csrf.js';
import { csrfRejected, sessionRequired } from './session.problems.js';
import { setSession, type Session } from './session.js';
import { SessionsService } from './sessions.service.js';

/**
 * Lets requests of browsers through that are signed in; those that change something only where a
 * page of ours has sent them.
 */
@Injectable()
class SessionGuard implements CanActivate {
  private readonly security = new Logger('Security');
  private readonly origin: string;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly sessions: SessionsService,
    private readonly circuit: DatabaseCircuit,
    private readonly rates: CustomerRates,
  ) {
    this.origin = publicOrigin(config);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const cookie = readCookie(request, SESSION_COOKIE);
    if (cookie === undefined) throw sessionRequired();
    const session = await this.circuit.serve(() => this.sessions.open(cookie));
    if (session === undefined) throw sessionRequired();
    if (!isSafe(request.method)) this.refuseForged(request, session);
    const { userId } = session;
    await this.rates.take(userId, request.method);
    setSession(request, session);
    setAccount(request, { userId, actor: { type: 'user', id: userId } });
    return true;
  }

  private refuseForged(request: Request, session: Session): void {
    const genuine =
      isFromThisOrigin(request, this.origin) &&
      isCsrfToken(request.headers['x-csrf-token'], session);
    if (genuine) return;
    this.security.warn(
      { event: 'csrf_rejected', userId: session.userId },
      'A request without the token of its session was refused',
    );
    throw csrfRejected();
  }
}

/** Puts the guard before a controller: a cookie of ours, and the CSRF token for what changes anything. */
export function RequiresSession(): ClassDecorator & MethodDecorator {
  return applyDecorators(UseGuards(SessionGuard));
}
