import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { answerOf } from '@nomo/queues';
import { type Queue } from 'bullmq';
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

  constructor(
    private readonly open: Pick<OpenUsage, 'silent' | 'leftBy' | 'change' | 'forget'>,
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
    clearInterval(this.timer);
    await this.looking;
  }

  /**
   * Looks once. A process is given a second look, as its word may be lost with a Redis that was
   * away.
   */
  async look(): Promise<void> {
    try {
      const silent = new Set(await this.open.silent());
      for (const processId of silent) {
        if (this.silentBefore.has(processId)) await this.sweep(processId);
      }
      this.silentBefore = silent;
    } catch (error) {
      // Redis is away, of which the log knows, and what is open waits in it.
      this.logger.debug(error, 'What processes left open could not be looked at');
    }
  }

  private async sweep(processId: string): Promise<void> {
    let swept = 0;
    for (;;) {
      const left = await this.open.leftBy(processId);
      if (left.size === 0) break;
      const jobs = Array.from(left, ([jobId, data]) => ({
        name: 'record',
        data,
        opts: { jobId },
      }));
      await answerOf(this.queue.addBulk(jobs));
      await this.open.change(processId, [], [...left.keys()]);
      swept += left.size;
    }
    await this.open.forget(processId);
    if (swept > 0) {
      this.logger.warn(
        { requests: swept },
        'A process died with requests under way: they are recorded as use',
      );
    }
  }
}
