import { DatabaseAway } from '../database/database-away.js';
import { type StandIn } from './expiring-cache.js';

/**
 * What a process goes on with while PostgreSQL is away: what a realm is and publishes, so that
 * discovery and key sets are answered, and tokens that were issued before stay good at APIs.
 *
 * For an hour: longer than a failover or a restart takes. While nobody reaches PostgreSQL nothing
 * in it can have changed. But a process that alone is cut off would publish a key that was
 * withdrawn elsewhere as compromised for all of this time, if the load balancer still asked it
 * although it is not ready. No token is issued and no grant honoured on it: these ask PostgreSQL.
 */
export const WHILE_DATABASE_IS_AWAY: StandIn = {
  forMs: 60 * 60_000,
  when: (error) => error instanceof DatabaseAway,
};
