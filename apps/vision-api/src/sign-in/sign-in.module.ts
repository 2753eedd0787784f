import { Module } from '@nestjs/common';
import { AccountsModule } from '../accounts/accounts.module.js';
import { GateModule } from '../gate/gate.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { LogoutTokens } from './logout-tokens.js';
import { ProviderModule } from './provider.module.js';
import { SignInAttemptsRepository } from './sign-in-attempts.repository.js';
import { SignInController } from './sign-in.controller.js';
import { SignInMetrics } from './sign-in.metrics.js';
import { SignInService } from './sign-in.service.js';
import { SignOutController } from './sign-out.controller.js';

/** Signing in at the provider, and out. */
@Module({
  imports: [ProviderModule, AccountsModule, SessionsModule, GateModule],
  controllers: [SignInController, SignOutController],
  providers: [SignInAttemptsRepository, SignInService, SignInMetrics, LogoutTokens],
})
export class SignInModule {}
