import { Injectable } from '@nestjs/common';
import { type Queue } from 'bullmq';
import { type UsageBatch, type UsageEvent } from './usage-event.js';

interface Pending {
  readonly events: UsageEvent[];
  readonly stored: Promise<void>;
}

/** A job holds a bounded number of rows, so that one of them is one short transaction. */
const MAX_BATCH = 500;

/**
 * Makes usage durable in Redis before the answer leaves.
 *
 * Group commit: while one batch is on its way, the events that arrive gather for the next
 * one, so concurrent requests share a round trip and a lone request does not wait.
 */
@Injectable()
export class UsageRecorder {
  private inFlight: Promise<void> = Promise.resolve();
  private gathering: Pending | undefined;

  constructor(private readonly queue: Pick<Queue<UsageBatch>, 'add'>) {}

  /** Resolves once the event is in the queue; rejects if it could not be stored there. */
  async record(event: UsageEvent): Promise<void> {
    if (this.gathering !== undefined && this.gathering.events.length < MAX_BATCH) {
      this.gathering.events.push(event);
      return this.gathering.stored;
    }
    const events = [event];
    const stored = this.inFlight.then(() => this.store(events));
    const pending = { events, stored };
    this.gathering = pending;
    this.inFlight = stored.catch(() => undefined);
    return stored;
  }

  /** Waits until everything recorded so far is stored. */
  async flush(): Promise<void> {
    await this.inFlight;
  }

  private async store(events: UsageEvent[]): Promise<void> {
    if (this.gathering?.events === events) this.gathering = undefined;
    await this.queue.add('record', { events });
  }
}
