import { Module } from '@nestjs/common';
import { KeyRecords } from './key-records.js';
import { KeysRepository } from './keys.repository.js';
import { KeysService } from './keys.service.js';

@Module({
  providers: [KeyRecords, KeysRepository, KeysService],
  exports: [KeyRecords, KeysRepository, KeysService],
})
export class KeysModule {}
