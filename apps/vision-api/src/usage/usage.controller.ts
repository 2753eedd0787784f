import { Controller, Get, Query, Req, SerializeOptions } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Problems, requestContext } from '@nomo/service-kit';
import { type Request } from 'express';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { isAboutTheServer } from '../database/database-failure.js';
import { admissionOf, RequiresApiKey } from '../gate/gate.guard.js';
import { temporarilyUnavailable } from '../redis/redis.problems.js';
import { UsageAnswer, UsageQuery } from './usage.schemas.js';
import { UsageReader } from './usage.reader.js';

@ApiTags('usage')
@Controller('v1/usage')
export class UsageController {
  constructor(
    private readonly usage: UsageReader,
    private readonly circuit: DatabaseCircuit,
  ) {}

  /** Asking how much is left costs nothing of it, and needs no scope. */
  @Get()
  @RequiresApiKey({ scope: undefined, metered: false })
  @Problems({
    400: ['invalid_request'],
    401: ['invalid_api_key'],
    429: ['rate_limited'],
    503: ['unavailable'],
  })
  @SerializeOptions({ schema: UsageAnswer })
  @ApiOperation({ summary: 'The use of the presented key, by day and operation' })
  @ApiQuery({ name: 'from', required: false, schema: { type: 'string', format: 'date' } })
  @ApiQuery({ name: 'to', required: false, schema: { type: 'string', format: 'date' } })
  @ApiOkResponse({ standardSchema: UsageAnswer })
  async read(
    @Req() request: Request,
    @Query({ schema: UsageQuery }) { from, to }: UsageQuery,
  ): Promise<UsageAnswer> {
    const { userId, keyId, quota } = admissionOf(request);
    const days = await this.circuit
      .run(() => this.usage.byDay(userId, keyId, from, to))
      .catch((error: unknown) => {
        throw isAboutTheServer(error) ? temporarilyUnavailable(error) : error;
      });
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
