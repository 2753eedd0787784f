import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ExpiredRepository } from './expired.repository.js';

/** What has expired opens nothing any more: it only has to leave before it is much. */
const EVERY_MS = 60_000;

/** Clears away what has expired: sessions, sign-ins that were given up, used logout tokens. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Housekeeping');
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly expired: ExpiredRepository) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.clear().finally(() => {
        this.running = undefined;
      });
    }, EVERY_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** Where PostgreSQL is away, the next time will do. */
  private async clear(): Promise<void> {
    try {
      const now = new Date();
      while ((await this.expired.endSessions(now)) > 0);
      await this.expired.removeRest(now);
    } catch (error) {
      this.logger.warn(error, 'What has expired could not be cleared away');
    }
  }
}
