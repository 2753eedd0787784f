import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { DatabaseCircuit } from '../database/database-circuit.js';
import { VisionDatabase } from '../database/doors.js';
import { type UsageEvent } from './usage-event.js';
import { type UsageTable } from './usage-store.js';
import { writeUsage } from './usage-rows.js';

/** Of the ten connections that the gate has as well. */
const CUSTOMERS_AT_ONCE = 4;

/** Writes usage straight into PostgreSQL, in the name of each customer by himself. */
@Injectable()
export class DirectUsage implements UsageTable {
  private readonly atOnce = pLimit(CUSTOMERS_AT_ONCE);

  constructor(
    private readonly database: VisionDatabase,
    private readonly circuit: DatabaseCircuit,
  ) {}

  async write(events: readonly UsageEvent[]): Promise<ReadonlyMap<string, unknown>> {
    const failures = new Map<string, unknown>();
    await this.atOnce.map(
      Map.groupBy(events, ({ userId }) => userId),
      ([userId, own]) =>
        this.circuit
          .run(() => this.database.withTenant(userId, (tx) => writeUsage(tx, own)))
          .catch((error: unknown) => failures.set(userId, error)),
    );
    return failures;
  }
}
