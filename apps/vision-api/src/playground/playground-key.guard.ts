import {
  applyDecorators,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { type Request } from 'express';
import { accountOf, initiatorOf } from '../accounts/account.js';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { presentKey } from '../gate/gate.guard.js';
import { KeysService } from '../keys/keys.service.js';
import { keyOfCustomer } from '../keys/presented-key.js';
import { RequiresSession } from '../sessions/session.guard.js';

/** Gives a request of a signed-in browser the customer's playground key to show at the gate. */
@Injectable()
class PlaygroundKeyGuard implements CanActivate {
  constructor(
    private readonly keys: KeysService,
    private readonly circuit: DatabaseCircuit,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const { userId } = accountOf(request);
    const id = await this.circuit.serve(() =>
      this.keys.playgroundKey(userId, initiatorOf(request)),
    );
    presentKey(request, keyOfCustomer(userId, id));
    return true;
  }
}

/** A session stands for the customer's playground key. Goes before the gate, which does all else. */
export function UsesPlaygroundKey(): ClassDecorator & MethodDecorator {
  // In this order: whose key it is, the session says.
  return applyDecorators(RequiresSession(), UseGuards(PlaygroundKeyGuard));
}
