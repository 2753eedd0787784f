import { Injectable } from '@nestjs/common';
import pLimit from 'p-limit';
import { AuditTrailRepository, type ChainReport } from './audit-trail.repository.js';

/** Walks at once, of the four connections of the console. */
const AT_ONCE = 2;

/** What was found holds for so long: a page that is loaded again walks nothing. */
const VALID_MS = 60_000;

/** A request waits for so long; then the walk goes on without it, and the next one gets the result. */
const WAIT_MS = 3_000;

/** Customers whose results are remembered. */
const MOST = 1_000;

interface Check {
  readonly result: Promise<ChainReport & { readonly checkedAt: Date }>;
  readonly began: number;
  ended: boolean;
}

/** Verifies chains for the pages: one walk a customer at a time, few at once, and none twice a minute. */
@Injectable()
export class ChainChecks {
  private readonly atOnce = pLimit(AT_ONCE);
  private readonly checks = new Map<string, Check>();

  constructor(private readonly trail: AuditTrailRepository) {}

  /** @returns `undefined` while the walk goes on */
  async of(userId: string): Promise<(ChainReport & { readonly checkedAt: Date }) | undefined> {
    const { result } = this.current(userId) ?? this.begin(userId);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        resolve(undefined);
      }, WAIT_MS);
    });
    return Promise.race([result, late]).finally(() => {
      clearTimeout(timer);
    });
  }

  private current(userId: string): Check | undefined {
    const check = this.checks.get(userId);
    if (check === undefined) return undefined;
    return !check.ended || performance.now() - check.began < VALID_MS ? check : undefined;
  }

  private begin(userId: string): Check {
    const result = this.atOnce(async () => ({
      ...(await this.trail.verify(userId)),
      checkedAt: new Date(),
    }));
    const check: Check = { result, began: performance.now(), ended: false };
    this.checks.delete(userId);
    this.checks.set(userId, check);
    result.then(
      () => {
        check.ended = true;
      },
      // Whoever waits is told; the next one tries again.
      () => {
        this.checks.delete(userId);
      },
    );
    const [oldest] = this.checks.keys();
    if (this.checks.size > MOST && oldest !== undefined) this.checks.delete(oldest);
    return check;
  }
}
