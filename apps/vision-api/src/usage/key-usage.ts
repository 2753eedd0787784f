import { Injectable } from '@nestjs/common';
import { requestContext, validateInput } from '@nomo/service-kit';
import { type Request } from 'express';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { admissionOf } from '../gate/gate.guard.js';
import { UsageQuery, type UsageAnswer } from './usage.schemas.js';
import { UsageReader } from './usage.reader.js';

/** What the key of a request has been used for. */
@Injectable()
export class KeyUsage {
  constructor(
    private readonly usage: UsageReader,
    private readonly circuit: DatabaseCircuit,
  ) {}

  /** @throws {Problem} `invalid_request`, `unavailable` */
  async answer(request: Request): Promise<UsageAnswer> {
    const { from, to } = await validateInput(UsageQuery, request.query);
    const { userId, keyId, quota } = admissionOf(request);
    const days = await this.circuit.serve(() => this.usage.byDay(userId, keyId, from, to));
    return {
      keyId,
      from,
      to,
      quota: {
        limit: quota.limit,
        used: quota.used,
        remaining: quota.remaining,
        resetAt: quota.resetAt.toISOString(),
      },
      days,
      requestId: requestContext(request).id,
    };
  }
}
