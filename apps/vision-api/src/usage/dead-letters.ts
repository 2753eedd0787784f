import { type Job, type Queue } from 'bullmq';
import { decodeBatch, type UsageEvent } from './usage-event.js';

/** A batch of usage that could not be written for what is in it. */
export interface DeadLetter {
  /** Its name in the queue. */
  readonly id: string;
  readonly since: Date;
  readonly reason: string;
  /** `undefined` where the job holds no batch of usage at all. */
  readonly events: readonly UsageEvent[] | undefined;
}

/** Read at once: a command reads all there are, and each may hold 500 events. */
const PAGE = 100;

/** The dead letters of the usage queue, to look at and to decide on. */
export class DeadLetters {
  constructor(private readonly queue: Queue) {}

  count(): Promise<number> {
    return this.queue.getFailedCount();
  }

  /** Up to `most` of them, the latest first. */
  async list(most: number): Promise<DeadLetter[]> {
    const jobs = await this.queue.getFailed(0, most - 1);
    return jobs.map(toDeadLetter);
  }

  async find(id: string): Promise<DeadLetter | undefined> {
    const job = await this.failed(id);
    return job && toDeadLetter(job);
  }

  /**
   * Puts one back into the queue. What of it has been written already is passed over.
   *
   * @returns whether there was one
   */
  async replay(id: string): Promise<boolean> {
    const job = await this.failed(id);
    await job?.retry('failed');
    return job !== undefined;
  }

  /**
   * Removes one: what of it has not been written never will be.
   *
   * @returns whether there was one
   */
  async discard(id: string): Promise<boolean> {
    const job = await this.failed(id);
    await job?.remove();
    return job !== undefined;
  }

  /** The ids of all there are at this moment. */
  async ids(): Promise<string[]> {
    const ids: string[] = [];
    for (let start = 0; ; start += PAGE) {
      const jobs = await this.queue.getFailed(start, start + PAGE - 1);
      ids.push(...jobs.map(({ id }) => id ?? ''));
      if (jobs.length < PAGE) return ids;
    }
  }

  private async failed(id: string): Promise<Job<unknown> | undefined> {
    const job = (await this.queue.getJob(id)) as Job<unknown> | undefined;
    return job !== undefined && (await job.isFailed()) ? job : undefined;
  }
}

function toDeadLetter(job: Job<unknown>): DeadLetter {
  return {
    id: job.id ?? '',
    since: new Date(job.finishedOn ?? job.timestamp),
    reason: job.failedReason,
    events: decodeBatch(job.data),
  };
}
