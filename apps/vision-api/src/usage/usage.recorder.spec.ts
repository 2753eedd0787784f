import { describe, expect, it } from '@jest/globals';
import { type UsageEvent } from './usage-event.js';
import { UsageStore, type UsageTable } from './usage-store.js';
import { UsageOverflow, UsageRecorder } from './usage.recorder.js';

const ada = '5b8cbb6a-3d1f-4b0c-9b6e-2f6a0f1d2c3b';
const bob = '0e9f8a7c-1d2b-4c3d-8e4f-5a6b7c8d9e0f';

function event(number: number, userId = ada): UsageEvent {
  return {
    eventId: `0190f3a0-0000-7000-8000-${String(number).padStart(12, '0')}`,
    userId,
    keyId: 'nmk_test_x',
    operation: 'faces:detect',
    status: 200,
    occurredAt: 1,
  };
}

/** A queue whose answers the test gives by hand, in the order of the calls. */
class ManualQueue {
  usable = true;
  readonly batches: UsageEvent[][] = [];
  private readonly waiting: ((error?: Error) => void)[] = [];

  answer(error?: Error): void {
    this.waiting.shift()?.(error);
  }

  add(events: readonly UsageEvent[]): Promise<void> {
    this.batches.push([...events]);
    return new Promise((resolve, reject) => {
      this.waiting.push((error) => {
        if (error === undefined) resolve();
        else reject(error);
      });
    });
  }
}

/** A table that takes everything, but for the customers it is told to refuse. */
class Table implements UsageTable {
  readonly batches: UsageEvent[][] = [];
  readonly refused = new Map<string, unknown>();

  write(events: readonly UsageEvent[]): Promise<ReadonlyMap<string, unknown>> {
    this.batches.push([...events]);
    return Promise.resolve(this.refused);
  }
}

function start(): { queue: ManualQueue; table: Table; recorder: UsageRecorder } {
  const queue = new ManualQueue();
  const table = new Table();
  return { queue, table, recorder: new UsageRecorder(new UsageStore(queue, table)) };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the usage recorder', () => {
  it('sends a lone event at once', async () => {
    const { queue, recorder } = start();
    void recorder.record(event(1));
    await settle();
    expect(queue.batches).toEqual([[event(1)]]);
  });

  it('gathers what arrives while a batch is on its way', async () => {
    const { queue, recorder } = start();
    const first = recorder.record(event(1));
    await settle();
    const later = [2, 3, 4].map((number) => recorder.record(event(number)));
    queue.answer();
    await first;
    await settle();
    expect(queue.batches).toEqual([[event(1)], [event(2), event(3), event(4)]]);
    queue.answer();
    await Promise.all(later);
  });

  it('resolves only once its batch is stored', async () => {
    const { queue, recorder } = start();
    let stored = false;
    void recorder.record(event(1)).then(() => {
      stored = true;
    });
    await settle();
    expect(stored).toBe(false);
    queue.answer();
    await settle();
    expect(stored).toBe(true);
  });

  it('writes what the queue may or may not have taken into the table, under the same ids', async () => {
    const { queue, table, recorder } = start();
    const first = recorder.record(event(1));
    await settle();
    const together = [recorder.record(event(2)), recorder.record(event(3))];
    queue.answer(new Error('Redis is away'));
    await first;
    await settle();
    queue.answer();
    await Promise.all(together);
    expect(table.batches).toEqual([[event(1)]]);
    expect(queue.batches).toEqual([[event(1)], [event(2), event(3)]]);
  });

  it('does not ask a queue that is of no use', async () => {
    const { queue, table, recorder } = start();
    queue.usable = false;
    await recorder.record(event(1));
    expect(queue.batches).toEqual([]);
    expect(table.batches).toEqual([[event(1)]]);
  });

  it('tells those whose events nothing took, and them alone, and goes on', async () => {
    const { queue, table, recorder } = start();
    queue.usable = false;
    table.refused.set(bob, new Error('PostgreSQL is away'));
    const outcomes = await Promise.allSettled([
      recorder.record(event(1)),
      recorder.record(event(2, bob)),
      recorder.record(event(3)),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    table.refused.clear();
    await expect(recorder.record(event(4, bob))).resolves.toBeUndefined();
  });

  it('never puts more than 500 events into one job', async () => {
    const { queue, recorder } = start();
    const all = Array.from({ length: 1202 }, (_, number) => recorder.record(event(number)));
    for (let batch = 0; batch < 4; batch += 1) {
      await settle();
      queue.answer();
    }
    await Promise.all(all);
    expect(queue.batches.map((batch) => batch.length)).toEqual([500, 500, 202]);
    expect(new Set(queue.batches.flat().map(({ eventId }) => eventId)).size).toBe(1202);
  });

  it('takes no more than it may hold, and takes more once that is stored', async () => {
    const { queue, recorder } = start();
    const all = Array.from({ length: 10_000 }, (_, number) => recorder.record(event(number)));
    await expect(recorder.record(event(10_000))).rejects.toThrow(UsageOverflow);
    for (let batch = 0; batch < 20; batch += 1) {
      await settle();
      queue.answer();
    }
    await Promise.all(all);
    const next = recorder.record(event(10_001));
    await settle();
    queue.answer();
    await expect(next).resolves.toBeUndefined();
  });

  it('flush waits for what was recorded', async () => {
    const { queue, recorder } = start();
    void recorder.record(event(1));
    let flushed = false;
    void recorder.flush().then(() => {
      flushed = true;
    });
    await settle();
    expect(flushed).toBe(false);
    queue.answer();
    await settle();
    expect(flushed).toBe(true);
  });
});
