import { Global, Module } from '@nestjs/common';
import { RealmsRepository } from './realms.repository.js';
import { RealmsService } from './realms.service.js';

@Global()
@Module({
  providers: [RealmsRepository, RealmsService],
  exports: [RealmsService],
})
export class RealmsModule {}
