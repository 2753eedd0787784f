import type { AuditDatabase } from './database.js';
import { drainPage, lowestPosition } from './lib/drain-page.js';

/**
 * Rows of one transaction. A thousand of them take a third of a second or less, so nobody waits
 * long for the lock; with more, a transaction's own cost no longer shows.
 */
const pageSize = 1_000;

/** A page of events of 64 KB each, on a busy machine. */
const pageTimeoutMs = 60_000;

/** What a drain did. */
export interface DrainResult {
  /** Events that are in the chain now. */
  readonly chained: number;
  /** Rows that were no events, and lie in `audit_quarantine` now. */
  readonly quarantined: number;
  /** Rows whose event was in the chain before. */
  readonly repeated: number;
}

/** How a drain differs from the usual. */
export interface DrainOptions {
  /** Rows of one transaction. 1,000 unless given. */
  readonly pageSize?: number;
  /** Told of each page once it is committed. */
  readonly onDrained?: (tenantId: string, page: DrainResult) => void;
}

/** Moves events from the outbox into the tenants' chains, each once, in their order. */
export class AuditDrain {
  readonly #database: AuditDatabase;
  readonly #pageSize: number;
  readonly #onDrained: (tenantId: string, page: DrainResult) => void;

  constructor(database: AuditDatabase, options: DrainOptions = {}) {
    this.#database = database;
    this.#pageSize = options.pageSize ?? pageSize;
    this.#onDrained = options.onDrained ?? (() => undefined);
  }

  /**
   * Chains all that waits of one tenant. Any number may run at once, in any number of processes:
   * a page is one transaction under the lock of the tenant's head. A process that dies leaves a
   * page either done or not begun.
   *
   * @param signal - Stops between two pages.
   */
  async drain(tenantId: string, signal?: AbortSignal): Promise<DrainResult> {
    const total = { chained: 0, quarantined: 0, repeated: 0 };
    let from = lowestPosition;
    while (signal?.aborted !== true) {
      const page = await this.#database.asSystem(
        'audit: chain events',
        (tx) => drainPage(tx, { tenantId, from, limit: this.#pageSize }),
        { timeoutMs: pageTimeoutMs, maxWaitMs: pageTimeoutMs },
      );
      total.chained += page.chained;
      total.quarantined += page.quarantined;
      total.repeated += page.repeated;
      if (page.read > 0) {
        const { chained, quarantined, repeated } = page;
        this.#onDrained(tenantId, { chained, quarantined, repeated });
      }
      if (page.read < this.#pageSize) {
        if (from === lowestPosition) break;
        // A row's place is given when it is written, not when it is committed: some may have
        // come to lie before those that were read.
        from = lowestPosition;
      } else {
        // Not from the start again: the dead rows of the pages before would be waded through.
        from = page.last;
      }
    }
    return total;
  }
}
