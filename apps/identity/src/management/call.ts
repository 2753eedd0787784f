import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { PerRequest } from '@nomo/service-kit';
import { type Request } from 'express';
import { type Origin } from '../audit/origin.js';
import { type Realm } from '../realms/realm.js';

/** An authorized request of the management API. */
export interface Call {
  readonly realm: Realm;
  /** Who calls: the actor, and where from. */
  readonly origin: Origin;
  /** Whose idempotency keys are meant: one application's keys are not another's. */
  readonly caller: string;
}

const calls = new PerRequest<Call>();

export function setCall(request: Request, call: Call): void {
  calls.set(request, call);
}

/** Injects the {@link Call} into a handler behind `RequiresScope`. */
export const CurrentCall = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const call = calls.get(context.switchToHttp().getRequest<Request>());
  if (call === undefined) throw new Error('the route asks for no scope');
  return call;
});
