import { Module } from '@nestjs/common';
import { EnginesModule } from '../engines/engines.module.js';
import { GateModule } from '../gate/gate.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { ImageInputModule } from '../operations/image-input/image-input.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { PlaygroundController } from './playground.controller.js';

/** Trying images out in the console. */
@Module({
  imports: [
    EnginesModule,
    GateModule,
    UsageModule,
    KeysModule,
    SessionsModule,
    ImageInputModule,
  ],
  controllers: [PlaygroundController],
})
export class PlaygroundModule {}
