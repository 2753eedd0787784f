import { Module } from '@nestjs/common';
import { GrantsModule } from '../grants/grants.module.js';
import { ConsentsRepository } from './consents.repository.js';
import { ConsentsService } from './consents.service.js';

/** What users let applications have. */
@Module({
  imports: [GrantsModule],
  providers: [ConsentsRepository, ConsentsService],
  exports: [ConsentsRepository, ConsentsService],
})
export class ConsentsModule {}
