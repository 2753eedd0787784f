import { Injectable } from '@nestjs/common';
import { Limits } from '@nomo/limits';
import { HealthRegistry } from '@nomo/service-kit';
import { VisionDatabase } from '../database/doors.js';
import { Revocations } from '../keys/revocations.js';

/**
 * A process can be sent requests while one of its two stores works: Redis, whose records can
 * be believed, or PostgreSQL. Were it not ready while one is away, an outage of that one would
 * be an outage of everything.
 */
@Injectable()
export class GateHealth {
  constructor(
    health: HealthRegistry,
    limits: Limits,
    revocations: Revocations,
    database: VisionDatabase,
  ) {
    health.register('stores', async () => {
      if (limits.available && revocations.areInForce) return;
      await database.withoutTenant((tx) => tx.$queryRaw`SELECT 1`);
    });
  }
}
