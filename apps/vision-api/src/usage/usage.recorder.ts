import { GroupCommit } from './group-commit.js';
import { MOST_EVENTS_A_JOB, type UsageEvent } from './usage-event.js';
import { type Outcome, type UsageStore } from './usage-store.js';

/** The service has so much usage to store that it takes no more. */
export class UsageOverflow extends Error {
  readonly code = 'usage_overflow';

  constructor() {
    super('too many answers wait for their usage to be stored');
    this.name = 'UsageOverflow';
  }
}

/** Answers that may wait for their usage to be stored: some seconds of all a process can do. */
const MOST_PENDING = 10_000;

/**
 * Stores the usage of an answer before it leaves: for requests that are not in the journal. What
 * arrives together is stored together.
 */
export class UsageRecorder {
  private readonly groups: GroupCommit<UsageEvent, Outcome>;
  private pending = 0;

  constructor(usage: Pick<UsageStore, 'store'>) {
    this.groups = new GroupCommit(MOST_EVENTS_A_JOB, (events) => usage.store(events));
  }

  /** Resolves once the event is durable; rejects if it could not be stored anywhere. */
  async record(event: UsageEvent): Promise<void> {
    if (this.pending >= MOST_PENDING) throw new UsageOverflow();
    this.pending += 1;
    try {
      const outcome = await this.groups.add(event);
      if (outcome.has(event.userId)) throw outcome.get(event.userId);
    } finally {
      this.pending -= 1;
    }
  }

  /** Waits until everything recorded so far is stored. */
  async flush(): Promise<void> {
    await this.groups.idle();
  }
}
