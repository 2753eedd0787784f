import { Controller, Get, Req, SerializeOptions } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Problems } from '@nomo/service-kit';
import { type Request } from 'express';
import { RequiresApiKey } from '../gate/gate.guard.js';
import { KeyUsage } from './key-usage.js';
import { UsageAnswer } from './usage.schemas.js';

/** For a process that knows of API keys alone. */
@ApiTags('usage')
@Controller('v1/usage')
export class UsageController {
  constructor(private readonly usage: KeyUsage) {}

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
  async read(@Req() request: Request): Promise<UsageAnswer> {
    return this.usage.answer(request);
  }
}
