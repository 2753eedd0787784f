import { Module } from '@nestjs/common';
import { EnginesModule } from '../engines/engines.module.js';
import { GateModule } from '../gate/gate.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { ImageInputModule } from './image-input/image-input.module.js';
import { OperationsController } from './operations.controller.js';

@Module({
  imports: [EnginesModule, GateModule, UsageModule, ImageInputModule],
  controllers: [OperationsController],
})
export class OperationsModule {}
