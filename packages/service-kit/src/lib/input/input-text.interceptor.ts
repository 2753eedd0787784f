import { type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { type StandardSchemaV1 } from '@standard-schema/spec';
import { type Request } from 'express';
import { type Observable } from 'rxjs';
import { invalidInput } from '../../validation.js';
import { declaredInput } from './declared-input.js';
import { queryFaults } from './query-faults.js';
import { textFaults } from './text-faults.js';

/**
 * Refuses text that cannot be kept as it was sent, wherever it is in what a handler is given. An
 * interceptor comes after the guards, so that strangers learn nothing, and before the schemas.
 */
export class InputTextInterceptor implements NestInterceptor {
  /** @throws {Problem} 400 `invalid_request`, with an entry in `errors` for each such text */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const faults = faultsOf(context);
    if (faults.length > 0) throw invalidInput(faults);
    return next.handle();
  }
}

function faultsOf(context: ExecutionContext): StandardSchemaV1.Issue[] {
  const { body, query, params } = declaredInput(context);
  const request = context.switchToHttp().getRequest<Request>();
  return [
    ...(params ? textFaults(request.params) : []),
    ...(query ? [...queryFaults(request.url), ...textFaults(request.query)] : []),
    ...(body ? textFaults(request.body) : []),
  ];
}
