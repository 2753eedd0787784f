import { type UsageEvent } from './usage-event.js';

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

/** What became of a batch: what kept which customer's events from being stored. */
export type Outcome = ReadonlyMap<string, unknown>;

const STORED: Outcome = new Map();

/**
 * Stores batches of usage in the queue, or else in the table itself.
 *
 * A queue that did not answer may have taken the batch or not. The same events go into the
 * table then, under the same ids, and whichever comes second changes nothing.
 */
export class UsageStore {
  constructor(
    private readonly queue: UsageQueue,
    private readonly table: UsageTable,
    private readonly onStored: (path: 'queue' | 'table', events: number) => void = () =>
      undefined,
  ) {}

  async store(events: readonly UsageEvent[]): Promise<Outcome> {
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
