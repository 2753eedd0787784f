import { Module } from '@nestjs/common';
import { GrantsModule } from '../grants/grants.module.js';
import { ConsentsController } from './consents.controller.js';
import { ConsentsRepository } from './consents.repository.js';
import { ConsentsService } from './consents.service.js';

/** What users let applications have. */
@Module({
  imports: [GrantsModule],
  controllers: [ConsentsController],
  providers: [ConsentsRepository, ConsentsService],
  exports: [ConsentsRepository, ConsentsService],
})
export class ConsentsModule {}
