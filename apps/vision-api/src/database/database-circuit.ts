import { Injectable, Logger } from '@nestjs/common';
import { Problem } from '@nomo/service-kit';
import { temporarilyUnavailable } from '../redis/redis.problems.js';
import { isAboutTheServer } from './database-failure.js';

/** PostgreSQL was not asked, as it did not answer a moment ago, or has not answered in time. */
export class DatabaseAway extends Error {
  readonly code = 'database_away';

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'DatabaseAway';
  }
}

/** Longer than a crowded database takes, and short enough for a client to come back. */
const LONGEST_MS = 3_000;

/** While PostgreSQL is away, one caller in this time finds out whether it is back. */
const TRY_EVERY_MS = 500;

/**
 * Keeps requests from waiting for a PostgreSQL that is away: the first to find out wait, the
 * others are told at once until it answers again.
 */
@Injectable()
export class DatabaseCircuit {
  private readonly logger = new Logger('Database');
  private nextTry: number | undefined;

  /**
   * @returns what `work` returns
   * @throws {DatabaseAway} at once while PostgreSQL is away, or when `work` takes too long
   * @throws what `work` throws
   */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    const now = performance.now();
    if (this.nextTry !== undefined) {
      if (now < this.nextTry) throw new DatabaseAway('PostgreSQL does not answer');
      this.nextTry = now + TRY_EVERY_MS;
    }
    try {
      const result = await inTime(work());
      this.close();
      return result;
    } catch (error) {
      if (isAboutTheServer(error)) this.open(error);
      else this.close();
      throw error;
    }
  }

  /**
   * As {@link run}, for what a request waits for.
   *
   * @throws {Problem} `unavailable` where PostgreSQL is away; what `work` throws otherwise
   */
  async serve<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.run(work).catch(throwUnavailable);
  }

  private open(error: unknown): void {
    if (this.nextTry === undefined) {
      this.logger.warn(error, 'PostgreSQL is away: what needs it answers 503');
    }
    this.nextTry = performance.now() + TRY_EVERY_MS;
  }

  private close(): void {
    if (this.nextTry !== undefined) this.logger.log('PostgreSQL answers again');
    this.nextTry = undefined;
  }
}

/** Passes an error on: as the problem `unavailable` where PostgreSQL is away. */
export function throwUnavailable(error: unknown): never {
  if (error instanceof Problem || !isAboutTheServer(error)) throw error;
  throw temporarilyUnavailable(error);
}

/** What is given up goes on, and ends by the limits of its transaction. */
async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new DatabaseAway(`PostgreSQL did not answer within ${LONGEST_MS} ms`));
    }, LONGEST_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
