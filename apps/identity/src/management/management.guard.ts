import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  Optional,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Request } from 'express';
import { originOf } from '../audit/origin.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import { type Realm } from '../realms/realm.js';
import { RealmGuard, realmOfRequest } from '../realms/realm.guard.js';
import {
  AccessTokenExpired,
  AccessTokenRefused,
  AccessTokenVerifier,
} from './access-token.verifier.js';
import { setCall } from './call.js';
import { callBuckets } from './call-rates.js';
import { type ManagementScope } from './management-scopes.js';
import {
  expiredToken,
  insufficientScope,
  invalidToken,
  notForUsers,
  tooManyCalls,
} from './management.problems.js';

const SCOPE = 'management:scope';

/** RFC 6750, section 2.1. */
const BEARER = /^Bearer +([\w.~+/-]+=*)$/i;

@Injectable()
class ManagementGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: AccessTokenVerifier,
    /** There where HTTP is answered; a command line has these routes and answers none. */
    @Optional() private readonly limits?: AttemptLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scope = this.reflector.get<ManagementScope | undefined>(SCOPE, context.getHandler());
    if (scope === undefined) throw new Error('a guard without a scope opens nothing');
    const request = context.switchToHttp().getRequest<Request>();
    const realm = realmOfRequest(request);
    const { clientId, userId, scopes } = await this.callerOf(request);
    if (userId !== undefined) throw notForUsers();
    if (!scopes.has(scope)) throw insufficientScope(realm, scope);
    const origin = originOf(request, { type: 'application', id: clientId });
    setCall(request, { realm, origin, caller: clientId });
    return true;
  }

  private async callerOf(
    request: Request,
  ): Promise<Awaited<ReturnType<AccessTokenVerifier['verify']>>> {
    const realm = realmOfRequest(request);
    // Two headers are nobody's: which one is meant, is not for us to guess.
    const presented = request.headersDistinct['authorization'];
    if (presented === undefined) throw invalidToken(realm, false);
    const bearer = presented.length === 1 ? BEARER.exec(presented[0] ?? '')?.[1] : undefined;
    if (bearer === undefined) throw invalidToken(realm, true);
    try {
      return await this.tokens.verify(realm, bearer, (holder) => this.count(realm, holder));
    } catch (error) {
      if (error instanceof AccessTokenExpired) throw expiredToken(realm, error);
      if (error instanceof AccessTokenRefused) throw invalidToken(realm, true, error);
      throw error;
    }
  }

  private async count(
    realm: Realm,
    holder: { readonly clientId: string; readonly subject: string },
  ): Promise<void> {
    if (this.limits === undefined) throw new Error('nobody is answered who is not counted');
    const { allowed, retryAfterMs } = await this.limits.take(callBuckets(realm, holder));
    if (!allowed) throw tooManyCalls(retryAfterMs);
  }
}

/**
 * Lets a handler of the management API be called by a bearer token of its realm with this
 * scope, and by nobody else. Runs before anything of the body is looked at.
 */
export function RequiresScope(scope: ManagementScope): MethodDecorator {
  return applyDecorators(SetMetadata(SCOPE, scope), UseGuards(RealmGuard, ManagementGuard));
}
