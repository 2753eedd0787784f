import { describe, expect, it } from '@jest/globals';
import { type UsageBatch, type UsageEvent } from './usage-event.js';
import { UsageRecorder } from './usage.recorder.js';

function event(number: number): UsageEvent {
  return {
    eventId: `0190f3a0-0000-7000-8000-${String(number).padStart(12, '0')}`,
    userId: '5b8cbb6a-3d1f-4b0c-9b6e-2f6a0f1d2c3b',
    keyId: 'nmk_test_x',
    operation: 'faces:detect',
    status: 200,
    occurredAt: 1,
  };
}

/** A queue whose answers the test gives by hand, in the order of the calls. */
function manualQueue(): {
  batches: UsageEvent[][];
  answer: (error?: Error) => void;
  add: (name: string, data: UsageBatch) => Promise<never>;
} {
  const batches: UsageEvent[][] = [];
  const waiting: ((error?: Error) => void)[] = [];
  return {
    batches,
    answer: (error) => waiting.shift()?.(error),
    add: (_, { events }) => {
      batches.push(events);
      return new Promise((resolve, reject) => {
        waiting.push((error) => {
          if (error === undefined) resolve(undefined as never);
          else reject(error);
        });
      });
    },
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the usage recorder', () => {
  it('sends a lone event at once', async () => {
    const queue = manualQueue();
    void new UsageRecorder(queue).record(event(1));
    await settle();
    expect(queue.batches).toEqual([[event(1)]]);
  });

  it('gathers what arrives while a batch is on its way', async () => {
    const queue = manualQueue();
    const recorder = new UsageRecorder(queue);
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
    const queue = manualQueue();
    const recorder = new UsageRecorder(queue);
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

  it('tells everyone in a batch that it was lost, and goes on', async () => {
    const queue = manualQueue();
    const recorder = new UsageRecorder(queue);
    const first = recorder.record(event(1));
    await settle();
    const together = [recorder.record(event(2)), recorder.record(event(3))];
    const outcomes = Promise.allSettled([first, ...together]);
    queue.answer();
    await settle();
    queue.answer(new Error('Redis is away'));
    expect((await outcomes).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
    ]);

    const next = recorder.record(event(4));
    await settle();
    queue.answer();
    await expect(next).resolves.toBeUndefined();
  });

  it('never puts more than 500 events into one job', async () => {
    const queue = manualQueue();
    const recorder = new UsageRecorder(queue);
    const all = Array.from({ length: 1202 }, (_, number) => recorder.record(event(number)));
    for (let batch = 0; batch < 4; batch += 1) {
      await settle();
      queue.answer();
    }
    await Promise.all(all);
    expect(queue.batches.map((batch) => batch.length)).toEqual([500, 500, 202]);
    expect(new Set(queue.batches.flat().map(({ eventId }) => eventId)).size).toBe(1202);
  });

  it('flush waits for what was recorded', async () => {
    const queue = manualQueue();
    const recorder = new UsageRecorder(queue);
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
