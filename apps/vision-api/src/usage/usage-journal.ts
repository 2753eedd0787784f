import { randomUUID } from 'node:crypto';
import { GroupCommit } from './group-commit.js';
import { type OpenUsage } from './open-usage.js';
import { MOST_EVENTS_A_JOB, type UsageEvent } from './usage-event.js';
import { type UsageStore } from './usage-store.js';
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
const MOST_ANSWERED = 10_000;

/** What was answered gathers so long: fewer and larger jobs are less work for everybody. */
const GATHER_MS = 50;

/** Between two attempts to store what neither the queue nor the table has taken. */
const RETRY_MS = 1_000;

/** Several to each time after which Redis takes the process for dead. */
const BEAT_MS = 2_000;

/** The use of one request, from when it is let in. */
export interface OpenedUsage {
  /**
   * The request is answered so.
   *
   * @returns once that is durable: the answer may leave.
   * @throws If it cannot be stored anywhere: the answer must not leave.
   */
  answered(status: number): Promise<void>;

  /** The request was no use of the service after all. */
  dropped(): void;
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
  private readonly entries: GroupCommit<UsageEvent, boolean>;
  private closed: string[] = [];
  private waiting: UsageEvent[] = [];
  private storing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private beating: NodeJS.Timeout | undefined;
  private failing = false;
  private stopped = false;

  constructor(private readonly ports: UsageJournalPorts) {
    this.entries = new GroupCommit(MOST_EVENTS_A_JOB, (events) => this.enter(events));
  }

  start(): void {
    const beat = (): void => {
      if (this.ports.usable()) this.ports.open.beat(this.processId).catch(() => undefined);
    };
    beat();
    this.beating = setInterval(beat, BEAT_MS).unref();
  }

  /** Enters a request that was let in; it need not be waited for. */
  open(event: UsageEvent): OpenedUsage {
    const entered = this.entered(event);
    return {
      answered: async (status) => {
        const final = { ...event, status };
        const expected = status === event.status;
        if ((await entered) && (expected || (await this.entered(final)))) this.settle(final);
        else {
          await this.ports.recorder.record(final);
          // It may have been entered all the same.
          this.close(event.eventId);
        }
      },
      dropped: () => {
        void entered.then(() => {
          this.close(event.eventId);
        });
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
    await this.entries.idle();
    await this.storing;
    await this.storeAll();
    await this.ports.open.forget(this.processId).catch(() => undefined);
  }

  private entered(event: UsageEvent): Promise<boolean> {
    const room = this.waiting.length < MOST_ANSWERED;
    return room && this.ports.usable() ? this.entries.add(event) : Promise.resolve(false);
  }

  /** Enters a group, and takes out what is done with on the same way. */
  private async enter(events: readonly UsageEvent[]): Promise<boolean> {
    const { closed } = this;
    this.closed = [];
    if (events.length + closed.length === 0) return true;
    try {
      await this.ports.open.change(this.processId, events, closed);
      return true;
    } catch {
      this.closed.push(...closed);
      return false;
    }
  }

  private settle(event: UsageEvent): void {
    this.waiting.push(event);
    this.schedule(GATHER_MS);
  }

  private close(eventId: string): void {
    this.closed.push(eventId);
    this.schedule(GATHER_MS);
  }

  private schedule(milliseconds: number): void {
    if (this.timer !== undefined || this.storing !== undefined || this.stopped) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.storing = this.storeAll().finally(() => {
        this.storing = undefined;
        if (this.waiting.length + this.closed.length === 0) return;
        this.schedule(this.failing || !this.ports.usable() ? RETRY_MS : GATHER_MS);
      });
    }, milliseconds).unref();
  }

  /** One attempt for everything that waits. */
  private async storeAll(): Promise<void> {
    const all = this.waiting;
    this.waiting = [];
    let failure: unknown;
    for (let start = 0; start < all.length; start += MOST_EVENTS_A_JOB) {
      const events = all.slice(start, start + MOST_EVENTS_A_JOB);
      const outcome = await this.ports.usage.store(events);
      for (const event of events) {
        if (outcome.has(event.userId)) this.waiting.push(event);
        else this.closed.push(event.eventId);
      }
      failure ??= outcome.values().next().value;
    }
    if ((failure !== undefined) !== this.failing) {
      this.failing = !this.failing;
      this.ports.onChange?.(failure);
    }
    await this.enter([]);
  }
}
