import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiSecurity } from '@nestjs/swagger';
import { type Request } from 'express';
import { setAccount } from '../accounts/account.js';
import { CustomerRates } from '../accounts/customer-rates.js';
import { IdentitiesRepository } from '../accounts/identities.repository.js';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { temporarilyUnavailable } from '../redis/redis.problems.js';
import { ProviderUnavailable } from '../sign-in/provider-unavailable.js';
import { AccessTokenRefused, AccessTokens, type AccessToken } from './access-tokens.js';
import { invalidToken, noAccount, tokenLacksScope } from './bearer.problems.js';

const SCOPE = 'bearer:scope';

/** What an access token may be for. */
export type TokenScope = 'keys:read' | 'keys:write' | 'usage:read';

/** RFC 6750, section 2.1. */
const BEARER = /^Bearer +([\w.~+/-]+=*)$/iu;

/** Lets requests of programs through whose access token is for the route. */
@Injectable()
export class AccessTokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: AccessTokens,
    private readonly identities: IdentitiesRepository,
    private readonly circuit: DatabaseCircuit,
    private readonly rates: CustomerRates,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const scope = this.reflector.get<TokenScope | undefined>(SCOPE, context.getHandler());
    if (scope === undefined) throw new Error('a guard without a scope opens nothing');
    const request = context.switchToHttp().getRequest<Request>();
    const { issuer, subject, scopes } = await this.tokenOf(request);
    if (!scopes.has(scope)) throw tokenLacksScope(scope);
    const userId = await this.circuit.serve(() => this.identities.find(issuer, subject));
    if (userId === undefined) throw noAccount();
    await this.rates.take(userId, request.method);
    setAccount(request, { userId, actor: { type: 'user', id: userId } });
    return true;
  }

  private async tokenOf(request: Request): Promise<AccessToken> {
    // Two headers are nobody's: which one is meant, is not for us to guess.
    const presented = request.headersDistinct['authorization'];
    if (presented === undefined) throw invalidToken(false);
    const bearer = presented.length === 1 ? BEARER.exec(presented[0] ?? '')?.[1] : undefined;
    if (bearer === undefined) throw invalidToken(true);
    try {
      return await this.tokens.verify(bearer);
    } catch (error) {
      if (error instanceof AccessTokenRefused) throw invalidToken(true, error);
      if (error instanceof ProviderUnavailable) throw temporarilyUnavailable(error);
      throw error;
    }
  }
}

/** The scope that a route wants of an access token. */
export function RequiresScope(scope: TokenScope): MethodDecorator {
  return SetMetadata(SCOPE, scope);
}

/** Puts the guard before a controller whose routes each say {@link RequiresScope}. */
export function RequiresAccessToken(): ClassDecorator & MethodDecorator {
  return applyDecorators(UseGuards(AccessTokenGuard), ApiSecurity('access-token'));
}
