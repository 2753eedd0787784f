import { Logger, Module } from '@nestjs/common';
import { Limits } from '@nomo/limits';
import { Metrics } from '@nomo/service-kit';
import { Redis } from 'ioredis';
import { Gauge } from 'prom-client';
import { KeyLookupModule } from '../keys/key-lookup.module.js';
import { Revocations } from '../keys/revocations.js';
import { GateHealth } from './gate-health.js';
import { GateOnPostgres } from './gate-on-postgres.js';
import { GateOnRedis } from './gate-on-redis.js';
import { Gate } from './gate.service.js';
import { KeyLookUps } from './key-look-ups.js';
import { ProcessBucket } from './process-bucket.js';
import { QuotaCounters } from './quota-counters.repository.js';
import { QuotaLeveller } from './quota-leveller.js';

@Module({
  imports: [KeyLookupModule],
  providers: [
    { provide: Limits, inject: [Redis, Metrics], useFactory: openLimits },
    Revocations,
    KeyLookUps,
    ProcessBucket,
    QuotaCounters,
    QuotaLeveller,
    GateOnRedis,
    GateOnPostgres,
    Gate,
    GateHealth,
  ],
  exports: [Gate, Limits],
})
export class GateModule {}

/** The limits on Redis, which tell log and metrics once of each time Redis goes or comes. */
function openLimits(redis: Redis, metrics: Metrics): Limits {
  const logger = new Logger('Gate');
  const limits = new Limits(redis);
  limits.onChange((available) => {
    if (available) logger.log('Redis answers again: it decides on keys, quotas and the rate');
    else {
      logger.warn(
        'Redis is away: PostgreSQL decides on keys and quotas and takes the usage, ' +
          'and each process keeps its part of the rate',
      );
    }
  });
  new Gauge({
    name: 'vision_redis_available',
    help: '1 while the gate decides on Redis, 0 while PostgreSQL stands in for it.',
    registers: [metrics.registry],
    collect() {
      this.set(limits.available ? 1 : 0);
    },
  });
  return limits;
}
