import { Global, Module } from '@nestjs/common';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { AccessTokenVerifier } from './access-token.verifier.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { Mutations } from './mutations.js';
import { TokenCheckRepository } from './token-check.repository.js';

/** What every operation of the management API goes through. */
@Global()
@Module({
  imports: [SigningKeysModule],
  providers: [AccessTokenVerifier, IdempotencyRepository, Mutations, TokenCheckRepository],
  exports: [AccessTokenVerifier, Mutations],
})
export class ManagementModule {}
