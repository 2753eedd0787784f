import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';

/** The hosted pages: sign-in, consent, sign-out. */
@Module({ imports: [ApplicationsModule, ConsentsModule, SessionsModule, UsersModule] })
export class SignInModule {}
