import { randomUUID } from 'node:crypto';
import { GroupCommit } from './group-commit.js';
import { type OpenUsage } from './open-usage.js';
import { MOST_EVENTS_A_JOB, type UsageEvent } from './usage-event.js';
import { type Outcome, type UsageStore } from './usage-store.js';
import { type UsageRecorder } from './usage.recorder.js';

/** What the journal stands on. */
export interface UsageJournalPorts {
  readonly open: Pick<OpenUsage, 'change' | 'beat' | 'forget'>;
  readonly usage: Pick<UsageStore, 'store'>;
  readonly recorder: Pick<UsageRecorder, 'record'>;
  /** Whether there is a point in asking Redis. */
  usable(): boolean;
  /** Told when what was answered cannot be stored, and when it can again. */
  onChange?(failure: unknown): void;
}

/** Half a second of all that a process can answer: beyond it the journal takes no more. */
const MOST_UNSTORED = 10_000;

/** Entries that are taken out at once. */
const MOST_CLOSED_AT_ONCE = 1_000;

/** What was answered gathers so long: fewer and larger jobs are less work for everybody. */
const GATHER_MS = 50;

/** Between two attempts to store what neither the queue nor the table has taken. */
const RETRY_MS = 1_000;

/** Several to each time after which Redis takes the process for dead. */
const BEAT_MS = 2_000;

/** A change of the journal: an event in, or one out. */
type Change =
  | { readonly opened: UsageEvent; readonly closed?: never }
  | { readonly closed: string; readonly opened?: never };

/** What is known of a change: without an answer it may be made all the same. */
type Made = 'made' | 'unknown' | 'not asked';

/** The use of one request, from when it is let in. */
export interface OpenedUsage {
  /**
   * The request is answered so.
   *
   * @returns once that is durable: the answer may leave.
   * @throws If it cannot be stored anywhere: the answer must not leave.
   */
  answered(status: number): Promise<void>;

  /**
   * The request was no use of the service after all.
   *
   * @returns once that is known to Redis, or Redis does not answer: then it is told later.
   */
  dropped(): Promise<void>;
}

/**
 * Makes the use of a request durable while the request is worked on, so that its answer need not
 * wait for it.
 *
 * The event is entered into Redis at once, as what it will be in nearly all cases: answered 200.
 * Any other answer waits until the entry says so. After the answer the event goes into the queue,
 * with others, and then out of the journal. What a process that died has left there, a worker
 * brings into the queue. The id is the same all the way, so nothing is counted twice.
 *
 * Where an entry was not acknowledged in time, the event itself is stored before the answer.
 */
export class UsageJournal {
  private readonly processId = randomUUID();
  private readonly changes: GroupCommit<Change, Made>;
  /** Answered, and neither in the queue nor in the table. */
  private waiting: UsageEvent[] = [];
  private unstored = 0;
  /** Done with, and still in Redis. */
  private unclosed: string[] = [];
  private storing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private beating: NodeJS.Timeout | undefined;
  private failing = false;
  private stopped = false;

  constructor(private readonly ports: UsageJournalPorts) {
    this.changes = new GroupCommit(MOST_EVENTS_A_JOB, (changes) => this.make(changes));
  }

  start(): void {
    this.beat();
    this.beating = setInterval(() => {
      this.beat();
    }, BEAT_MS).unref();
  }

  /** Says now that this process lives: as soon as Redis is back, which may have missed it. */
  beat(): void {
    this.ports.open.beat(this.processId).catch(() => undefined);
  }

  /** Enters a request that was let in; it need not be waited for. */
  open(event: UsageEvent): OpenedUsage {
    const entered = this.enter(event);
    return {
      answered: async (status) => {
        const final = { ...event, status };
        const first = await entered;
        const last =
          first === 'made' && status !== event.status ? await this.enter(final) : first;
        if (last === 'made') {
          this.settle(final);
        } else {
          await this.ports.recorder.record(final);
          if (first !== 'not asked') this.closeLater(event.eventId);
        }
      },
      dropped: async () => {
        if ((await entered) === 'not asked') return;
        const made = await this.changes.add({ closed: event.eventId });
        if (made !== 'made') this.closeLater(event.eventId);
      },
    };
  }

  /**
   * Stores what was answered, as far as anything takes it: to be called when no more requests
   * come. What nothing takes stays in the journal, for a worker.
   */
  async stop(): Promise<void> {
    this.stopped = true;
    clearInterval(this.beating);
    clearTimeout(this.timer);
    await this.changes.idle();
    await this.storing;
    await this.storeAll();
    await this.ports.open.forget(this.processId).catch(() => undefined);
  }

  private enter(event: UsageEvent): Promise<Made> {
    return this.unstored < MOST_UNSTORED
      ? this.changes.add({ opened: event })
      : Promise.resolve('not asked');
  }

  /** Makes changes, and takes out what is done with on the same way. */
  private async make(changes: readonly Change[]): Promise<Made> {
    if (!this.ports.usable()) return 'not asked';
    const opened = changes.flatMap((change) => change.opened ?? []);
    const closed = changes.flatMap((change) => change.closed ?? []);
    const also = this.unclosed.splice(0, MOST_CLOSED_AT_ONCE);
    try {
      await this.ports.open.change(this.processId, opened, [...closed, ...also]);
      return 'made';
    } catch {
      this.unclosed = this.unclosed.concat(also);
      return 'unknown';
    }
  }

  private settle(event: UsageEvent): void {
    this.waiting.push(event);
    this.unstored += 1;
    this.schedule(GATHER_MS);
  }

  private closeLater(eventId: string): void {
    this.unclosed.push(eventId);
    this.schedule(GATHER_MS);
  }

  private schedule(milliseconds: number): void {
    if (this.timer !== undefined || this.storing !== undefined || this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.storing = this.storeAll().finally(() => {
        this.storing = undefined;
        if (this.waiting.length + this.unclosed.length === 0) return;
        this.schedule(this.failing || !this.ports.usable() ? RETRY_MS : GATHER_MS);
      });
    }, milliseconds).unref();
  }

  /** One attempt for everything that waits, and then to take it out of the journal. */
  private async storeAll(): Promise<void> {
    const all = this.waiting;
    this.waiting = [];
    let failure: unknown;
    for (let start = 0; start < all.length; start += MOST_EVENTS_A_JOB) {
      failure = (await this.store(all.slice(start, start + MOST_EVENTS_A_JOB))) ?? failure;
    }
    if ((failure !== undefined) !== this.failing) {
      this.failing = !this.failing;
      this.ports.onChange?.(failure);
    }
    while (this.unclosed.length > 0 && (await this.make([])) === 'made');
  }

  /** @returns why some of it is not stored, and waits again */
  private async store(events: readonly UsageEvent[]): Promise<unknown> {
    let outcome: Outcome;
    try {
      outcome = await this.ports.usage.store(events);
    } catch (error) {
      outcome = new Map(events.map(({ userId }) => [userId, error]));
    }
    for (const event of events) {
      if (outcome.has(event.userId)) {
        this.waiting.push(event);
      } else {
        this.unstored -= 1;
        this.unclosed.push(event.eventId);
      }
    }
    return outcome.values().next().value;
  }
}
