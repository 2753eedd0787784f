import { Module } from '@nestjs/common';
import { AccessTokenGuard } from '../bearer/access-token.guard.js';
import { BearerModule } from '../bearer/bearer.module.js';
import { GateGuard } from '../gate/gate.guard.js';
import { GateModule } from '../gate/gate.module.js';
import { KeysModule } from '../keys/keys.module.js';
import { SessionsModule } from '../sessions/sessions.module.js';
import { AccountUsage } from './account-usage.js';
import { ApiUsageController, ConsoleUsageController } from './account-usage.controller.js';
import { KeyUsage } from './key-usage.js';
import { UsageController } from './usage.controller.js';
import { UsageReader } from './usage.reader.js';

/** Reading back the usage of a key. */
@Module({
  imports: [GateModule],
  controllers: [UsageController],
  providers: [UsageReader, KeyUsage],
})
export class KeyUsageModule {}

/** Reading usage back, of keys and of customers. */
@Module({
  imports: [GateModule, KeysModule, BearerModule, SessionsModule],
  controllers: [ApiUsageController, ConsoleUsageController],
  providers: [UsageReader, KeyUsage, AccountUsage, GateGuard, AccessTokenGuard],
})
export class UsageReportModule {}
