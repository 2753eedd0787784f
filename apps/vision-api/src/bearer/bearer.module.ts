import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { ProviderModule } from '../sign-in/provider.module.js';
import { AccessTokens } from './access-tokens.js';

/** What programs with an access token are let in by. */
@Module({
  imports: [AccountsModule, ProviderModule],
  providers: [AccessTokens],
  exports: [AccessTokens, AccountsModule],
})
export class BearerModule {}
