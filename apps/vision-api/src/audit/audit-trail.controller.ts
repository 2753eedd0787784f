import { Controller, Get, Query, Req, SerializeOptions } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { requestContext } from '@nomo/service-kit';
import { type Request } from 'express';
import { accountOf } from '../accounts/account.js';
import { DatabaseCircuit, throwUnavailable } from '../database/database-circuit.js';
import { RequiresSession } from '../sessions/session.guard.js';
import { AuditTrailRepository } from './audit-trail.repository.js';
import {
  AuditTrailAnswer,
  AuditTrailQuery,
  VerificationAnswer,
} from './audit-trail.schemas.js';
import { ChainChecks } from './chain-checks.js';

/** A customer's own audit trail, for the pages of the console. */
@ApiExcludeController()
@Controller('dashboard/api/audit')
@RequiresSession()
export class AuditTrailController {
  constructor(
    private readonly trail: AuditTrailRepository,
    private readonly checks: ChainChecks,
    private readonly circuit: DatabaseCircuit,
  ) {}

  @Get()
  @SerializeOptions({ schema: AuditTrailAnswer })
  async list(
    @Req() request: Request,
    @Query({ schema: AuditTrailQuery }) { limit, before }: AuditTrailQuery,
  ): Promise<AuditTrailAnswer> {
    const { userId } = accountOf(request);
    // One more than is shown tells whether there are more.
    const found = await this.circuit.serve(() => this.trail.list(userId, limit + 1, before));
    const events = found.slice(0, limit);
    return {
      events,
      nextBefore: found.length > limit ? (events.at(-1)?.seq ?? null) : null,
      requestId: requestContext(request).id,
    };
  }

  @Get('verification')
  @SerializeOptions({ schema: VerificationAnswer })
  async verify(@Req() request: Request): Promise<VerificationAnswer> {
    const { userId } = accountOf(request);
    const report = await this.checks.of(userId).catch(throwUnavailable);
    const { id: requestId } = requestContext(request);
    if (report === undefined) {
      const checkedAt = new Date().toISOString();
      return { status: 'pending', events: 0, firstBad: null, checkedAt, requestId };
    }
    const { events, firstBad, checkedAt } = report;
    return {
      status: firstBad === undefined ? 'verified' : 'broken',
      events,
      firstBad: firstBad ?? null,
      checkedAt: checkedAt.toISOString(),
      requestId,
    };
  }
}
