import { Controller, Get, Req, SerializeOptions } from '@nestjs/common';
import {
  ApiExcludeController,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiSecurity,
  ApiTags,
} from '@nestjs/swagger';
import { Problems } from '@nomo/service-kit';
import { type Request } from 'express';
import { z } from 'zod';
import { AsksOfKey } from '../gate/gate.guard.js';
import { RequiresScope } from '../bearer/access-token.guard.js';
import { RequiresSession } from '../sessions/session.guard.js';
import { AccountUsage } from './account-usage.js';
import { comesWithKey, RequiresKeyOrToken } from './key-or-token.guard.js';
import { KeyUsage } from './key-usage.js';
import { AccountUsageAnswer, UsageAnswer } from './usage.schemas.js';

const Answer = z.union([UsageAnswer, AccountUsageAnswer]);

const day = { type: 'string', format: 'date' } as const;

/** For programs: with a key about that key, with an access token about all keys of its customer. */
@ApiTags('usage')
@Controller('v1/usage')
export class ApiUsageController {
  constructor(
    private readonly ofKey: KeyUsage,
    private readonly ofAccount: AccountUsage,
  ) {}

  /** Asking how much is left costs nothing of it, and needs no scope of a key. */
  @Get()
  @RequiresKeyOrToken()
  @AsksOfKey({ scope: undefined, metered: false })
  @RequiresScope('usage:read')
  @ApiSecurity('api-key')
  @ApiSecurity('access-token')
  @Problems({
    400: ['invalid_request'],
    401: ['invalid_api_key', 'invalid_token'],
    403: ['insufficient_scope', 'no_account'],
    404: ['key_not_found'],
    429: ['rate_limited'],
    503: ['unavailable'],
  })
  @SerializeOptions({ schema: Answer })
  @ApiOperation({
    summary: 'Use by day and operation',
    description:
      'With an API key: of that key. With an access token: of all keys of its customer, or of `keyId`.',
  })
  @ApiQuery({ name: 'from', required: false, schema: day })
  @ApiQuery({ name: 'to', required: false, schema: day })
  @ApiQuery({
    name: 'keyId',
    required: false,
    schema: { type: 'string' },
    description: 'Only with an access token.',
  })
  @ApiOkResponse({ standardSchema: Answer })
  async read(@Req() request: Request): Promise<UsageAnswer | AccountUsageAnswer> {
    return comesWithKey(request) ? this.ofKey.answer(request) : this.ofAccount.answer(request);
  }
}

/** For the pages of the console. */
@ApiExcludeController()
@Controller('dashboard/api/usage')
@RequiresSession()
export class ConsoleUsageController {
  constructor(private readonly usage: AccountUsage) {}

  @Get()
  @SerializeOptions({ schema: AccountUsageAnswer })
  async read(@Req() request: Request): Promise<AccountUsageAnswer> {
    return this.usage.answer(request);
  }
}
