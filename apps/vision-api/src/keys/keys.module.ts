import { Module } from '@nestjs/common';
import { KeyRecords } from './key-records.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';

/** Making, finding and revoking keys. */
@Module({
  providers: [KeyRecords, KeysRepository, KeysService],
  exports: [KeysService],
})
export class KeysModule {}
