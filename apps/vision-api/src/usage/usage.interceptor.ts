import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { Problem } from '@nomo/service-kit';
import { type Request, type Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { v7 as uuidv7 } from 'uuid';
import { type z } from 'zod';
import { admissionOf } from '../gate/gate.guard.js';
import { Gate } from '../gate/gate.service.js';
import { type Scope } from '../keys/scopes.js';
import { temporarilyUnavailable } from '../redis/redis.problems.js';
import { UsageJournal } from './usage-journal.js';

const RECORDED = 'usage:recorded';

interface RecordedRoute {
  readonly operation: Scope;
  readonly answer: z.ZodType;
}

/**
 * Records every request to this route that passed the gate and was not turned away (503).
 *
 * Sees to the answer's schema, too: an answer that does not fit goes out as a failure, and has
 * to be recorded as one. A route that says its schema in `SerializeOptions` would only check
 * it afterwards.
 */
export function RecordsUsage(operation: Scope, answer: z.ZodType): MethodDecorator {
  const route: RecordedRoute = { operation, answer };
  return applyDecorators(SetMetadata(RECORDED, route), UseInterceptors(UsageInterceptor));
}

@Injectable()
export class UsageInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly journal: UsageJournal,
    private readonly gate: Gate,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    return from(this.answerAndRecord(context, next));
  }

  /** The handler's answer, held back until its use is durable. */
  private async answerAndRecord(
    context: ExecutionContext,
    next: CallHandler<unknown>,
  ): Promise<unknown> {
    const http = context.switchToHttp();
    const response = http.getResponse<Response>();
    const admission = admissionOf(http.getRequest<Request>());
    const { userId, keyId } = admission;
    const route = this.reflector.get<RecordedRoute>(RECORDED, context.getHandler());
    const usage = this.journal.open({
      eventId: uuidv7(),
      userId,
      keyId,
      operation: route.operation,
      status: response.statusCode,
      occurredAt: Date.now(),
    });
    const giveBack = async (): Promise<void> => {
      await Promise.all([usage.dropped(), this.gate.refund(admission)]);
    };
    const record = async (status: number): Promise<void> => {
      await usage.answered(status).catch(async (error: unknown) => {
        await giveBack();
        throw temporarilyUnavailable(error);
      });
    };

    let answer: unknown;
    try {
      answer = await route.answer.parseAsync(await lastValueFrom(next.handle()));
    } catch (error) {
      if (error instanceof Problem && error.status === 503) {
        // Turned away by a service that has too much to do: that is not the customer's use.
        await giveBack();
        throw error;
      }
      // Answered already: the request's time was over before its handler was.
      const late = response.headersSent ? response.statusCode : undefined;
      await record(late ?? (error instanceof Problem ? error.status : 500));
      throw error;
    }
    await record(response.statusCode);
    return answer;
  }
}
