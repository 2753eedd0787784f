import { type UsageEvent } from './usage-event.js';

/** What the merger stands on. */
export interface UsageMergerPorts {
  /** Writes all of it or nothing. */
  write(events: readonly UsageEvent[]): Promise<void>;
  /** Whether a failure lies in what was written, so that trying again changes nothing. */
  isAboutTheData(error: unknown): boolean;
  /** Told when writing begins to fail for other reasons, and when it works again. */
  onChange?(failure: unknown): void;
  /** Waits between two attempts. */
  pause(milliseconds: number): Promise<void>;
}

/** The database refuses some of a batch for what it says. Everything else of it is written. */
export class PoisonedUsage extends Error {
  readonly code = 'poisoned_usage';

  constructor(refused: readonly { event: UsageEvent; reason: string }[], of: number) {
    const [first] = refused;
    super(
      `${refused.length} of ${of} events were refused, ` +
        `the first (${first?.event.eventId ?? '?'}): ${first?.reason ?? '?'}`,
    );
    this.name = 'PoisonedUsage';
  }
}

/** The process stops before the batch could be written: it has to be handed to another one. */
export class UsageInterrupted extends Error {
  readonly code = 'usage_interrupted';

  constructor() {
    super('the worker stops, and the batch is not written yet');
    this.name = 'UsageInterrupted';
  }
}

interface Waiting {
  readonly events: readonly UsageEvent[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Events of one transaction, at most. Beyond some thousands a transaction gains nothing by
 * being larger, and the locks it holds on the hourly sums only last longer.
 */
const MOST_AT_ONCE = 5_000;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Merges the batches of many jobs into few transactions: while one is under way, the next
 * gathers. A batch that cannot be written is found by halving, so that it costs the others
 * nothing but time; a database that is away is tried until it is back.
 */
export class UsageMerger {
  private readonly waiting: Waiting[] = [];
  private working = false;
  private stopping = false;

  constructor(private readonly ports: UsageMergerPorts) {}

  /**
   * Resolves once the events are in the database.
   *
   * @throws {PoisonedUsage} Some of them never will be; the others are.
   * @throws {UsageInterrupted} The merger stops; nothing is known to be written.
   */
  write(events: readonly UsageEvent[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ events, resolve, reject });
      if (!this.working) void this.work();
    });
  }

  /** From here on a database that is away is not waited for. */
  stop(): void {
    this.stopping = true;
  }

  private async work(): Promise<void> {
    this.working = true;
    // One turn of the event loop, for what arrives together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) await this.writeTogether(this.nextGroup());
    this.working = false;
  }

  private nextGroup(): Waiting[] {
    let events = 0;
    let batches = 0;
    for (const batch of this.waiting) {
      events += batch.events.length;
      if (batches > 0 && events > MOST_AT_ONCE) break;
      batches += 1;
    }
    return this.waiting.splice(0, batches);
  }

  private async writeTogether(group: readonly Waiting[]): Promise<void> {
    let refusal: unknown;
    try {
      refusal = await this.attempt(group.flatMap(({ events }) => events));
    } catch (error) {
      for (const { reject } of group) reject(asError(error));
      return;
    }
    const [only, ...others] = group;
    if (refusal === undefined) {
      for (const { resolve } of group) resolve();
    } else if (only !== undefined && others.length === 0) {
      await this.writeAround(only, refusal);
    } else {
      const middle = Math.ceil(group.length / 2);
      await this.writeTogether(group.slice(0, middle));
      await this.writeTogether(group.slice(middle));
    }
  }

  /** Writes all of a batch but what the database refuses. */
  private async writeAround({ events, reject }: Waiting, refusal: unknown): Promise<void> {
    try {
      const refused = await this.refusedOf(events, refusal);
      reject(new PoisonedUsage(refused, events.length));
    } catch (error) {
      reject(asError(error));
    }
  }

  private async refusedOf(
    events: readonly UsageEvent[],
    refusal: unknown,
  ): Promise<{ event: UsageEvent; reason: string }[]> {
    const [only, ...others] = events;
    if (only === undefined) return [];
    if (others.length === 0) return [{ event: only, reason: asError(refusal).message }];
    const middle = Math.ceil(events.length / 2);
    const refused = [];
    for (const half of [events.slice(0, middle), events.slice(middle)]) {
      const again = await this.attempt(half);
      if (again !== undefined) refused.push(...(await this.refusedOf(half, again)));
    }
    return refused;
  }

  /** @returns why the data was refused; `undefined` when it was written */
  private async attempt(events: readonly UsageEvent[]): Promise<unknown> {
    let failing = false;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.ports.write(events);
        if (failing) this.ports.onChange?.(undefined);
        return undefined;
      } catch (error) {
        if (this.ports.isAboutTheData(error)) return error;
        if (this.stopping) throw new UsageInterrupted();
        if (!failing) this.ports.onChange?.(error);
        failing = true;
      }
      await this.ports.pause(pause);
    }
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
