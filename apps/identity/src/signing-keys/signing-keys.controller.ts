import { Body, Controller, Get, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Problem } from '@nomo/service-kit';
import { type Request } from 'express';
import { type Call, CurrentCall } from '../management/call.js';
import { IdempotencyKeyHeader, Mutations } from '../management/mutations.js';
import { ManagementOperation } from '../management/operation.js';
import { KeyRotation, NextKeyTooYoung } from './key-rotation.js';
import { SigningKeysRepository } from './signing-keys.repository.js';
import {
  RotateKeys,
  RotationAnswer,
  showSigningKey,
  SigningKeysAnswer,
} from './signing-keys.schemas.js';

@ApiTags('signing-keys')
@Controller(':org/api/v1/signing-keys')
export class SigningKeysController {
  constructor(
    private readonly keys: SigningKeysRepository,
    private readonly rotation: KeyRotation,
    private readonly mutations: Mutations,
  ) {}

  @Get()
  @ManagementOperation({
    scope: 'keys:read',
    summary: 'List the latest signing keys, newest first',
    answer: SigningKeysAnswer,
  })
  async listSigningKeys(@CurrentCall() { realm }: Call): Promise<SigningKeysAnswer> {
    return { items: (await this.keys.list(realm)).map(showSigningKey) };
  }

  @Post('rotate')
  @IdempotencyKeyHeader
  @ManagementOperation({
    scope: 'keys:write',
    summary: 'Sign with the next key from now on',
    answer: RotationAnswer,
    problems: { 409: ['next_key_too_young'], 422: ['idempotency_key_reused'] },
  })
  async rotateSigningKeys(
    @CurrentCall() call: Call,
    @Req() request: Request,
    @Body({ schema: RotateKeys }) { compromised }: RotateKeys,
  ): Promise<RotationAnswer> {
    try {
      const reason = compromised ? 'compromised' : 'by_hand';
      const { realm, origin } = call;
      return await this.rotation.rotate(realm, reason, origin, (work) =>
        this.mutations.once(call, request, work),
      );
    } catch (error) {
      if (!(error instanceof NextKeyTooYoung)) throw error;
      throw new Problem({
        status: 409,
        code: error.code,
        detail: 'The next key has not been published for long enough to be known everywhere.',
        headers: { 'Retry-After': String(error.retryAfterSeconds) },
      });
    }
  }
}
