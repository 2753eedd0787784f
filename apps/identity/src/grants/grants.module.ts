import { Module } from '@nestjs/common';
import { GrantsRepository } from './grants.repository.js';
import { GrantsService } from './grants.service.js';

@Module({
  providers: [GrantsRepository, GrantsService],
  exports: [GrantsRepository, GrantsService],
})
export class GrantsModule {}
