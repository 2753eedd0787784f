import { Injectable, Logger } from '@nestjs/common';
import { Limits, LimitsUnavailable } from '@nomo/limits';
import { Metrics } from '@nomo/service-kit';
import { Counter } from 'prom-client';
import { type PresentedKey } from '../keys/presented-key.js';
import { GateOnPostgres } from './gate-on-postgres.js';
import { GateOnRedis } from './gate-on-redis.js';
import { invalidApiKey } from './gate.problems.js';
import { type Admission, type GateRequirement } from './gate.types.js';

/**
 * Decides whether a request may go on: on Redis, and on PostgreSQL while Redis is away. A
 * request that finds out that Redis is away is decided on PostgreSQL as well.
 */
@Injectable()
export class Gate {
  private readonly logger = new Logger('Gate');
  private readonly decisions: Counter<'on'>;

  constructor(
    private readonly limits: Limits,
    private readonly onRedis: GateOnRedis,
    private readonly onPostgres: GateOnPostgres,
    metrics: Metrics,
  ) {
    this.decisions = new Counter({
      name: 'vision_gate_decisions_total',
      help: 'Well-formed API keys that were decided on, by where: redis, or postgres without it.',
      labelNames: ['on'],
      registers: [metrics.registry],
    });
  }

  /**
   * Admits a request or throws the problem that refuses it.
   *
   * @param presented - The key that the request came with; `undefined` where it has none, or
   *   one of a wrong form: form and checksum are public, so refusing that early tells nobody
   *   anything about a key.
   * @throws {Problem} `invalid_api_key`, `insufficient_scope`, `rate_limited` or
   *   `quota_exceeded`, looked at in this order; `unavailable` where PostgreSQL has to be
   *   asked and is away.
   */
  async admit(
    presented: PresentedKey | undefined,
    requirement: GateRequirement,
  ): Promise<Admission> {
    if (presented === undefined) throw invalidApiKey();
    return (
      (await this.admitOnRedis(presented, requirement)) ??
      this.admitOnPostgres(presented, requirement)
    );
  }

  /**
   * Gives an admitted request's place in the quota back: the service could not serve it. If
   * the counter has gone away meanwhile, the place stays taken until midnight.
   */
  async refund({ userId, keyId, quota, countedIn }: Admission): Promise<void> {
    try {
      if (countedIn === 'redis') await this.onRedis.refund(keyId, quota.resetAt);
      if (countedIn === 'postgres') {
        await this.onPostgres.refund({ userId, id: keyId }, quota.resetAt);
      }
    } catch (error) {
      this.logger.debug(error, 'A place in a quota could not be given back');
    }
  }

  /** @returns `undefined` when Redis did not answer */
  private async admitOnRedis(
    presented: PresentedKey,
    requirement: GateRequirement,
  ): Promise<Admission | undefined> {
    if (!this.limits.available) return undefined;
    try {
      const admission = await this.onRedis.decide(presented, requirement);
      this.decisions.inc({ on: 'redis' });
      return admission;
    } catch (error) {
      if (error instanceof LimitsUnavailable) return undefined;
      this.decisions.inc({ on: 'redis' });
      throw error;
    }
  }

  private async admitOnPostgres(
    presented: PresentedKey,
    requirement: GateRequirement,
  ): Promise<Admission> {
    this.decisions.inc({ on: 'postgres' });
    return this.onPostgres.decide(presented, requirement);
  }
}
