import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { repeat, type Repetition } from '../schedule/repeat.js';
import { type Expiring, EXPIRING, ExpiredRowsRepository } from './expired-rows.repository.js';

const EVERY_MS = 60_000;
/** Some milliseconds of work, so that nobody waits for it. */
const BATCH = 500;
/** What is left after so many batches of a table waits for the next round: others want their turn. */
const MOST_BATCHES = 100;

/** Removes rows that have expired, in small batches, so that the tables stay as large as they are. */
@Injectable()
export class Housekeeping implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Housekeeping');
  private repetition: Repetition | undefined;
  private stopping = false;

  constructor(private readonly rows: ExpiredRowsRepository) {}

  onApplicationBootstrap(): void {
    this.repetition = repeat(EVERY_MS, async () => {
      await this.run();
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.repetition?.stop();
  }

  /** One round over all tables. Returns how many rows were removed. */
  async run(): Promise<number> {
    let removed = 0;
    for (const kind of EXPIRING) {
      try {
        removed += await this.clear(kind);
      } catch (error) {
        this.logger.warn(error, `What has expired of ${kind.table} could not be removed`);
      }
    }
    return removed;
  }

  private async clear(kind: Expiring): Promise<number> {
    let removed = 0;
    for (let batch = 0; batch < MOST_BATCHES && !this.stopping; batch += 1) {
      const count = await this.rows.remove(kind, BATCH);
      removed += count;
      if (count < BATCH) break;
    }
    return removed;
  }
}

@Module({ providers: [Housekeeping, ExpiredRowsRepository] })
export class HousekeepingModule {}
