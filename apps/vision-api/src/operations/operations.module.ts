import { Module } from '@nestjs/common';
import { EnginesModule } from '../engines/engines.module.js';
import { GateModule } from '../gate/gate.module.js';
import { UsageModule } from '../usage/usage.module.js';
import { ImageInputReader } from './image-input/image-input.js';
import { UploadMemory } from './image-input/upload-memory.js';
import { OperationsController } from './operations.controller.js';

@Module({
  imports: [EnginesModule, GateModule, UsageModule],
  controllers: [OperationsController],
  providers: [ImageInputReader, UploadMemory],
})
export class OperationsModule {}
