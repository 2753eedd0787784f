import { Injectable } from '@nestjs/common';
import { WorkerDatabase } from '../database/doors.js';
import { type UsageEvent } from './usage-event.js';
import { writeUsage } from './usage-rows.js';

/** Writes usage into PostgreSQL, for all customers at once. */
@Injectable()
export class UsageWriter {
  constructor(private readonly database: WorkerDatabase) {}

  /**
   * Writes a batch, adds it up and moves the keys' last use on, in one transaction. An event
   * that is there already is passed over, so a batch may be written again after a crash.
   */
  async record(events: readonly UsageEvent[]): Promise<void> {
    await this.database.asSystem('write a batch of usage', (tx) => writeUsage(tx, events));
  }
}
