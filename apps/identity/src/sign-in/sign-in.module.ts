import { Module } from '@nestjs/common';
import { OAuthModule } from '../oauth/oauth.module.js';
import { ResourceServersModule } from '../resource-servers/resource-servers.module.js';
import { SecurityEventsModule } from '../security-events/security-events.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsersModule } from '../users/users.module.js';
import { DeviceController } from './device.controller.js';
import { KnownDevices } from './devices/known-devices.js';
import { FormTokens } from './forms/form-tokens.js';
import { PostedForms } from './forms/posted-forms.js';
import { People } from './people.js';
import { RepeatedForms } from './repeated-forms.js';
import { SignInController } from './sign-in.controller.js';
import { SignInService } from './sign-in.service.js';
import { SignOutController } from './sign-out.controller.js';

/** The hosted pages: sign-in, consent, sign-out, and the code of a device. */
@Module({
  imports: [
    OAuthModule,
    ResourceServersModule,
    SecurityEventsModule,
    SessionsModule,
    UsersModule,
  ],
  controllers: [SignInController, SignOutController, DeviceController],
  providers: [FormTokens, KnownDevices, People, PostedForms, RepeatedForms, SignInService],
})
export class SignInModule {}
