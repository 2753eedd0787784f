import { Injectable } from '@nestjs/common';
import { Metrics } from '@nomo/service-kit';
import { Counter } from 'prom-client';

/** What is delivered: security events to webhooks, the end of sessions to applications. */
export type DeliveryKind = 'webhook' | 'logout';

/**
 * `delivered`. `refused`: the receiver answered something else than 2xx. `unreachable`: it did not
 * answer. `unmade`: there was no call, as what it takes could not be opened, or for a fault of ours.
 */
export type DeliveryOutcome = 'delivered' | 'refused' | 'unreachable' | 'unmade';

/** Counts attempts to deliver. */
@Injectable()
export class DeliveryMetrics {
  private readonly attempts: Counter<'kind' | 'outcome'>;

  constructor({ registry }: Metrics) {
    this.attempts = new Counter({
      name: 'identity_delivery_attempts_total',
      help: 'Attempts to deliver webhooks and logouts, by kind and outcome.',
      labelNames: ['kind', 'outcome'],
      registers: [registry],
    });
  }

  count(kind: DeliveryKind, outcome: DeliveryOutcome): void {
    this.attempts.inc({ kind, outcome });
  }
}
