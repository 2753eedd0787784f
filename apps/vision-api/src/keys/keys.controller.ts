import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Injectable,
  Param,
  Post,
  Req,
  SerializeOptions,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiExcludeController,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { type ApiKeyId } from '@nomo/security-core';
import { Problems, requestContext } from '@nomo/service-kit';
import { type Request } from 'express';
import { accountOf, initiatorOf } from '../accounts/account.js';
import { RequiresAccessToken, RequiresScope } from '../bearer/access-token.guard.js';
import { throwUnavailable } from '../database/database-circuit.js';
import { RequiresSession } from '../sessions/session.guard.js';
import { keyNotFound, throwRefusedName, tooManyKeys } from './keys.problems.js';
import {
  CreatedKeyAnswer,
  CreateKey,
  KeyIdParameter,
  KeysAnswer,
  shownKey,
} from './keys.schemas.js';
import { KeysService } from './keys.service.js';

/** A customer's own keys. The classes below say who may call it, and where. */
@Injectable()
abstract class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Get()
  @RequiresScope('keys:read')
  @SerializeOptions({ schema: KeysAnswer })
  @ApiOperation({ summary: 'List your keys' })
  @ApiOkResponse({ standardSchema: KeysAnswer })
  @Problems({
    401: ['invalid_token'],
    403: ['insufficient_scope'],
    429: ['rate_limited'],
    503: ['unavailable'],
  })
  async listKeys(@Req() request: Request): Promise<KeysAnswer> {
    const keys = await this.keys.listOwn(accountOf(request).userId).catch(throwUnavailable);
    return { keys: keys.map(shownKey), requestId: requestContext(request).id };
  }

  @Post()
  @RequiresScope('keys:write')
  @SerializeOptions({ schema: CreatedKeyAnswer })
  @ApiOperation({ summary: 'Make a key; its secret is shown once' })
  @ApiCreatedResponse({ standardSchema: CreatedKeyAnswer })
  @Problems({
    400: ['invalid_request'],
    401: ['invalid_token'],
    403: ['insufficient_scope'],
    409: ['too_many_keys'],
    429: ['rate_limited'],
    503: ['unavailable'],
  })
  async createKey(
    @Req() request: Request,
    @Body({ schema: CreateKey }) { name, scopes, mode, expiresAt }: CreateKey,
  ): Promise<CreatedKeyAnswer> {
    const created = await this.keys
      .createOwn(
        accountOf(request).userId,
        { name, scopes, mode, expiresAt: expiresAt ? new Date(expiresAt) : undefined },
        initiatorOf(request),
      )
      .catch(throwRefusedName)
      .catch(throwUnavailable);
    if (created === undefined) throw tooManyKeys();
    const { apiKey, key } = created;
    return {
      key: shownKey(apiKey),
      secret: key.reveal(),
      requestId: requestContext(request).id,
    };
  }

  @Delete(':id')
  @HttpCode(204)
  @RequiresScope('keys:write')
  @ApiOperation({
    summary: 'Revoke a key, for good',
    description: 'Also answers so where the key is revoked already.',
  })
  @ApiParam({ name: 'id', schema: { type: 'string' } })
  @ApiNoContentResponse({ description: 'No request with this key is answered from now on.' })
  @Problems({
    401: ['invalid_token'],
    403: ['insufficient_scope'],
    404: ['key_not_found'],
    429: ['rate_limited'],
    503: ['unavailable'],
  })
  async revokeKey(
    @Req() request: Request,
    @Param('id', { schema: KeyIdParameter }) id: ApiKeyId | null,
  ): Promise<void> {
    if (id === null) throw keyNotFound();
    const { userId } = accountOf(request);
    const outcome = await this.keys
      .revoke(userId, id, initiatorOf(request))
      .catch(throwUnavailable);
    if (outcome === 'unknown') throw keyNotFound();
  }
}

/** For programs, which show an access token. */
@ApiTags('keys')
@Controller('v1/keys')
@RequiresAccessToken()
export class ApiKeysController extends KeysController {}

/** For the pages of the console, whose browser is signed in. */
@ApiExcludeController()
@Controller('dashboard/api/keys')
@RequiresSession()
export class ConsoleKeysController extends KeysController {}
