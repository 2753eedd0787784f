import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { answerOf } from '@nomo/queues';
import { type Queue } from 'bullmq';
import { validate as isUuid } from 'uuid';
import { type OpenUsage } from './open-usage.js';

const LOOK_EVERY_MS = 2_000;

/**
 * Brings into the queue what processes that died had open. Whether such a request was answered
 * nobody knows any more: it was let in and counted, so it is recorded.
 *
 * The process may live after all and store the same event, and another worker may find it too:
 * the id sees to it that it counts once.
 */
@Injectable()
export class UsageSweeper implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger('Usage');
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private silentBefore: ReadonlySet<string> = new Set();
  private stopping = false;

  constructor(
    private readonly open: Pick<OpenUsage, 'silent' | 'lives' | 'leftBy' | 'change' | 'forget'>,
    private readonly queue: Pick<Queue, 'addBulk'>,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => {
      this.looking ??= this.look().finally(() => {
        this.looking = undefined;
      });
    }, LOOK_EVERY_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.looking;
  }

  /**
   * Looks once. A process is given a second look, as its word may be lost with a Redis that was
   * away.
   */
  async look(): Promise<void> {
    const silent = await this.open.silent().catch((): string[] => []);
    const before = this.silentBefore;
    this.silentBefore = new Set(silent);
    for (const processId of silent.filter((each) => before.has(each))) {
      try {
        await this.sweep(processId);
      } catch (error) {
        // Redis is away, or it is about this one: the others are not to wait for it.
        this.logger.warn(
          { err: error, processId },
          'What a process left open cannot be brought into the queue',
        );
      }
    }
  }

  private async sweep(processId: string): Promise<void> {
    let swept = 0;
    while (!this.stopping && !(await this.open.lives(processId))) {
      const left = await this.open.leftBy(processId);
      if (left.size === 0) {
        await this.open.forget(processId);
        break;
      }
      const jobs = Array.from(left, ([eventId, data]) => ({
        name: 'record',
        data,
        // So that two workers add it once. The queue does not take every text for an id.
        opts: isUuid(eventId) ? { jobId: eventId } : {},
      }));
      await answerOf(this.queue.addBulk(jobs));
      await this.open.change(processId, [], [...left.keys()]);
      swept += left.size;
    }
    if (swept > 0) {
      this.logger.warn(
        { requests: swept },
        'A process died with requests under way: they are recorded as use',
      );
    }
  }
}
