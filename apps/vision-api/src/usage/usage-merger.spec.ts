import { describe, expect, it } from '@jest/globals';
import { type UsageEvent } from './usage-event.js';
import { PoisonedUsage, UsageInterrupted, UsageMerger } from './usage-merger.js';

const poison = new Error('unknown customer');
const away = new Error('PostgreSQL is away');

function batchOf(name: string, size: number, poisoned: readonly number[] = []): UsageEvent[] {
  return Array.from({ length: size }, (_, number) => ({
    eventId: `${name}${number}`,
    userId: poisoned.includes(number) ? 'nobody' : 'somebody',
    keyId: 'key',
    operation: 'text:detect',
    status: 200,
    occurredAt: 1,
  }));
}

/** A database that refuses what is nobody's, and can be away. */
class Table {
  readonly written = new Set<string>();
  readonly transactions: number[] = [];
  readonly changes: unknown[] = [];
  isAway = false;
  pauses = 0;

  readonly merger = new UsageMerger({
    write: (events) => {
      if (this.isAway) return Promise.reject(away);
      this.transactions.push(events.length);
      if (events.some(({ userId }) => userId === 'nobody')) return Promise.reject(poison);
      for (const { eventId } of events) this.written.add(eventId);
      return Promise.resolve();
    },
    isAboutTheData: (error) => error === poison,
    onChange: (failure) => this.changes.push(failure),
    pause: () => {
      this.pauses += 1;
      return new Promise((resolve) => setImmediate(resolve));
    },
  });
}

describe('the usage merger', () => {
  it('writes what arrives together in one transaction', async () => {
    const table = new Table();
    await Promise.all(['a', 'b', 'c'].map((name) => table.merger.write(batchOf(name, 100))));
    expect(table.transactions).toEqual([300]);
    expect(table.written.size).toBe(300);
  });

  it('keeps a transaction below some thousand events, but for a batch that is larger', async () => {
    const table = new Table();
    await Promise.all([
      ...Array.from({ length: 12 }, (_, number) =>
        table.merger.write(batchOf(`${number}-`, 500)),
      ),
      table.merger.write(batchOf('large', 6_000)),
    ]);
    expect(table.transactions).toEqual([5_000, 1_000, 6_000]);
  });

  it('writes all but what is poisoned, and tells its batch alone', async () => {
    const table = new Table();
    const outcomes = await Promise.allSettled([
      table.merger.write(batchOf('a', 50)),
      table.merger.write(batchOf('b', 50, [3, 49])),
      table.merger.write(batchOf('c', 50)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(PoisonedUsage) as unknown });
    expect(outcomes[1]).toMatchObject({
      reason: { message: '2 of 50 events were refused, the first (b3): unknown customer' },
    });
    expect(table.written.size).toBe(148);
    expect(table.written.has('b3')).toBe(false);
  });

  it('waits for a database that is away, and tells it once', async () => {
    const table = new Table();
    table.isAway = true;
    const written = table.merger.write(batchOf('a', 3));
    while (table.pauses < 5) await new Promise((resolve) => setImmediate(resolve));
    table.isAway = false;
    await written;
    expect(table.written.size).toBe(3);
    expect(table.changes).toEqual([away, undefined]);
  });

  it('hands back what it cannot write when it stops, and still writes what it can', async () => {
    const table = new Table();
    table.isAway = true;
    const held = table.merger.write(batchOf('a', 3));
    while (table.pauses < 2) await new Promise((resolve) => setImmediate(resolve));
    table.merger.stop();
    await expect(held).rejects.toThrow(UsageInterrupted);
    table.isAway = false;
    await expect(table.merger.write(batchOf('b', 3))).resolves.toBeUndefined();
  });
});
