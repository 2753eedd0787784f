import { Module } from '@nestjs/common';
import { ApplicationsModule } from '../applications/applications.module.js';
import { ConsentsModule } from '../consents/consents.module.js';
import { SecurityEventsModule } from '../security-events/security-events.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { SigningKeysModule } from '../signing-keys/signing-keys.module.js';
import { UsersModule } from '../users/users.module.js';

/** The endpoints of OAuth and OpenID Connect: HTTP around @nomo/oauth-engine. */
@Module({
  imports: [
    ApplicationsModule,
    ConsentsModule,
    SecurityEventsModule,
    SessionsModule,
    SigningKeysModule,
    UsersModule,
  ],
})
export class OAuthModule {}
