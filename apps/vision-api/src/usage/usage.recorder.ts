import { MOST_EVENTS_A_JOB, type UsageEvent } from './usage-event.js';

/** Where usage becomes durable; resolves once it is. */
export interface UsageQueue {
  /** Whether there is a point in asking it. */
  readonly usable: boolean;
  add(events: readonly UsageEvent[]): Promise<void>;
}

/** Where usage goes that the queue does not take. */
export interface UsageTable {
  /**
   * Writes each customer's events or none of them.
   *
   * @returns what kept a customer's events from being written, by customer
   */
  write(events: readonly UsageEvent[]): Promise<ReadonlyMap<string, unknown>>;
}

/** The service has so much usage to store that it takes no more. */
export class UsageOverflow extends Error {
  readonly code = 'usage_overflow';

  constructor() {
    super('too many answers wait for their usage to be stored');
    this.name = 'UsageOverflow';
  }
}

/** What became of a batch: what kept which customer's events from being stored. */
type Outcome = ReadonlyMap<string, unknown>;

interface Pending {
  readonly events: UsageEvent[];
  readonly stored: Promise<Outcome>;
}

/** Answers that may wait for their usage to be stored: some seconds of all a process can do. */
const MOST_PENDING = 10_000;

const STORED: Outcome = new Map();

/**
 * Makes usage durable before the answer leaves: in the queue, or else in the table itself.
 *
 * Group commit: while one batch is on its way, the events that arrive gather for the next
 * one, so concurrent requests share a round trip and a lone request does not wait.
 *
 * A queue that did not answer may have taken the batch or not. The same events go into the
 * table then, under the same ids, and whichever comes second changes nothing.
 */
export class UsageRecorder {
  private inFlight: Promise<unknown> = Promise.resolve();
  private gathering: Pending | undefined;
  private pending = 0;

  constructor(
    private readonly queue: UsageQueue,
    private readonly table: UsageTable,
    private readonly onStored: (path: 'queue' | 'table', events: number) => void = () =>
      undefined,
  ) {}

  /** Resolves once the event is durable; rejects if it could not be stored anywhere. */
  async record(event: UsageEvent): Promise<void> {
    if (this.pending >= MOST_PENDING) throw new UsageOverflow();
    this.pending += 1;
    try {
      const outcome = await this.join(event);
      if (outcome.has(event.userId)) throw outcome.get(event.userId);
    } finally {
      this.pending -= 1;
    }
  }

  /** Waits until everything recorded so far is stored. */
  async flush(): Promise<void> {
    await this.inFlight;
  }

  private join(event: UsageEvent): Promise<Outcome> {
    if (this.gathering !== undefined && this.gathering.events.length < MOST_EVENTS_A_JOB) {
      this.gathering.events.push(event);
      return this.gathering.stored;
    }
    const events = [event];
    const stored = this.inFlight.then(() => this.store(events));
    this.gathering = { events, stored };
    this.inFlight = stored.catch(() => undefined);
    return stored;
  }

  private async store(events: UsageEvent[]): Promise<Outcome> {
    if (this.gathering?.events === events) this.gathering = undefined;
    if (this.queue.usable) {
      try {
        await this.queue.add(events);
        this.onStored('queue', events.length);
        return STORED;
      } catch {
        // The queue tells the log by itself.
      }
    }
    const outcome = await this.table.write(events);
    const written = events.filter(({ userId }) => !outcome.has(userId));
    this.onStored('table', written.length);
    return outcome;
  }
}
