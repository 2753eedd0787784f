import { type QuotaState } from '@nomo/limits';
import { type ApiKeyId } from '@nomo/security-core';

/** What a process remembers of a key's count. */
interface Entry {
  /** The epoch of Redis in which its count was last raised; `undefined` if it was not. */
  readonly levelIn: number | undefined;
  /** The epoch in which Redis was told of what is noted here; `undefined` if it was not. */
  readonly recalledIn: number | undefined;
  readonly used: number;
  readonly resetAt: Date;
}

/** Some ten megabytes. A key that is forgotten costs one look at PostgreSQL when it returns. */
const MOST_KEYS = 100_000;

/**
 * What Redis last told this process of each key's quota, and whether Redis' count of it can be
 * believed: in each epoch of Redis it has to be raised once to what PostgreSQL knows.
 */
export class QuotaLedger {
  private readonly entries = new Map<ApiKeyId, Entry>();

  /** Whether the count of this key has been raised in this epoch of Redis. */
  isLevel(id: ApiKeyId, epoch: number): boolean {
    return this.entries.get(id)?.levelIn === epoch;
  }

  /** Whether Redis was told in this epoch of what it last said of this key. */
  isRecalled(id: ApiKeyId, epoch: number): boolean {
    return this.entries.get(id)?.recalledIn === epoch;
  }

  /** What Redis last said of a key's count, if it did. */
  seen(id: ApiKeyId): Pick<Entry, 'used' | 'resetAt'> | undefined {
    return this.entries.get(id);
  }

  /** Notes what the counter in Redis said, which was raised in this epoch. */
  level(id: ApiKeyId, epoch: number, { used, resetAt }: QuotaState): void {
    this.keep(id, { levelIn: epoch, recalledIn: epoch, used, resetAt });
  }

  /** Notes that Redis was told in this epoch of what it had said. */
  recalled(id: ApiKeyId, epoch: number): void {
    const entry = this.entries.get(id);
    if (entry !== undefined) this.keep(id, { ...entry, recalledIn: epoch });
  }

  /** Notes that a request was counted elsewhere: Redis' count has to be raised again. */
  unlevel(id: ApiKeyId): void {
    const entry = this.entries.get(id);
    if (entry !== undefined) this.keep(id, { ...entry, levelIn: undefined });
  }

  /** Notes that Redis has uncounted a request of the day that ends then. */
  gaveBack(id: ApiKeyId, resetAt: Date): void {
    const entry = this.entries.get(id);
    if (entry === undefined || entry.resetAt.getTime() !== resetAt.getTime()) return;
    this.keep(id, { ...entry, used: Math.max(0, entry.used - 1) });
  }

  /** The keys that came first make room. One that is in use comes back, and nothing is moved for it. */
  private keep(id: ApiKeyId, entry: Entry): void {
    this.entries.set(id, entry);
    if (this.entries.size <= MOST_KEYS) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }
}
