import { Module } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { availableParallelism } from 'node:os';
import { type Config } from '../config.js';
import { SecurityEventsModule } from '../security-events/security-events.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersController } from './users.controller.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

/** People, and what they prove who they are with. */
@Module({
  imports: [SessionsModule, SecurityEventsModule],
  controllers: [UsersController],
  providers: [
    UsersRepository,
    UsersService,
    {
      provide: PasswordHasher,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new PasswordHasher(
          // One core stays free, so that token endpoints answer while everybody signs in.
          config.PASSWORD_HASHES_AT_ONCE ?? Math.max(1, availableParallelism() - 1),
        ),
    },
  ],
  exports: [UsersRepository, UsersService],
})
export class UsersModule {}
