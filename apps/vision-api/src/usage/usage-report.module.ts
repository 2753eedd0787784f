import { Module } from '@nestjs/common';
import { GateModule } from '../gate/gate.module.js';
import { UsageController } from './usage.controller.js';
import { UsageReader } from './usage.reader.js';

/** Reading usage back. */
@Module({
  imports: [GateModule],
  controllers: [UsageController],
  providers: [UsageReader],
})
export class UsageReportModule {}
