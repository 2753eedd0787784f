import { Counter, Gauge, type Registry } from 'prom-client';

import type { OutboxState } from './worker/outbox-watch.js';
import type { AuditProblem } from './worker/worker.js';

/** How the audit trail is doing, for Prometheus: what a worker is told, as metrics. */
export class AuditMetrics {
  private readonly events: Counter;
  private readonly problems: Counter<'kind'>;
  private readonly waiting: Gauge;
  private readonly oldest: Gauge;
  private readonly signed: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.events = new Counter({
      name: 'audit_chained_events_total',
      help: 'Events that were moved from the outbox into the chains.',
      registers,
    });
    this.problems = new Counter({
      name: 'audit_problems_total',
      help: 'What went wrong with the audit trail, by kind.',
      labelNames: ['kind'],
      registers,
    });
    this.waiting = new Gauge({
      name: 'audit_outbox_events',
      help: 'Events that wait in the outbox to be chained.',
      registers,
    });
    this.oldest = new Gauge({
      name: 'audit_outbox_oldest_seconds',
      help: 'How long the oldest event in the outbox has been waiting.',
      registers,
    });
    this.signed = new Gauge({
      name: 'audit_checkpoint_timestamp_seconds',
      help: 'When this process last found all chains signed, since 1970; 0 if never.',
      registers,
    });
  }

  /** Events that a drain has moved into the chains. */
  chained(count: number): void {
    this.events.inc(count);
  }

  /** What `onProblem` was told. */
  problem(kind: AuditProblem['kind']): void {
    this.problems.inc({ kind });
  }

  /** All that has moved is signed. */
  checkpointed(): void {
    this.signed.setToCurrentTime();
  }

  /** What `onOutbox` was told. */
  outbox({ waiting, oldestSeconds }: OutboxState): void {
    this.waiting.set(waiting);
    this.oldest.set(oldestSeconds);
  }
}
