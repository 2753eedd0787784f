import { Module } from '@nestjs/common';
import { BearerModule } from '../bearer/bearer.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { ApiKeysController, ConsoleKeysController } from './keys.controller.js';
import { KeysModule } from './keys.module.js';

/** Customers' own keys, over HTTP. */
@Module({
  imports: [KeysModule, BearerModule, SessionsModule],
  controllers: [ApiKeysController, ConsoleKeysController],
})
export class OwnKeysModule {}
