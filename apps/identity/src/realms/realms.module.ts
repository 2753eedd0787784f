import { Global, Module } from '@nestjs/common';
import { RealmChanges } from './realm-changes.js';
import { RealmsRepository } from './realms.repository.js';
import { RealmsService } from './realms.service.js';

@Global()
@Module({
  providers: [RealmChanges, RealmsRepository, RealmsService],
  exports: [RealmChanges, RealmsService],
})
export class RealmsModule {}
