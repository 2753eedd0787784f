import { Module } from '@nestjs/common';
import { ExpiredRepository } from './expired.repository.js';
import { Housekeeping } from './housekeeping.js';

/** The worker's side of sessions. */
@Module({ providers: [ExpiredRepository, Housekeeping], exports: [Housekeeping] })
export class HousekeepingModule {}
