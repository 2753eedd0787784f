import {
  applyDecorators,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { type Request } from 'express';
import { AccessTokenGuard } from '../bearer/access-token.guard.js';
import { GateGuard } from '../gate/gate.guard.js';

/** Whether a request is to be let in by its key. Where it has neither, a key is what is missing. */
export function comesWithKey({ headers }: Request): boolean {
  return headers['x-api-key'] !== undefined || headers.authorization === undefined;
}

@Injectable()
class KeyOrTokenGuard implements CanActivate {
  constructor(
    private readonly gate: GateGuard,
    private readonly tokens: AccessTokenGuard,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    return comesWithKey(request)
      ? this.gate.canActivate(context)
      : this.tokens.canActivate(context);
  }
}

/** Lets a request in by its API key or by its access token. The route says what it asks of each. */
export function RequiresKeyOrToken(): MethodDecorator & ClassDecorator {
  return applyDecorators(UseGuards(KeyOrTokenGuard));
}
