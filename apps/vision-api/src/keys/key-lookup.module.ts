import { Module } from '@nestjs/common';
import { KeyLookupRepository } from './key-lookup.repository.js';
import { KeyRecords } from './key-records.js';
import { KeyVerifier } from './key-verifier.js';

/** What the gate knows of keys. */
@Module({
  providers: [KeyLookupRepository, KeyRecords, KeyVerifier],
  exports: [KeyLookupRepository, KeyRecords, KeyVerifier],
})
export class KeyLookupModule {}
