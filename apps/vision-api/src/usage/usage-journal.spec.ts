import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type UsageEvent } from './usage-event.js';
import { UsageJournal, type UsageJournalPorts } from './usage-journal.js';

const ada = '5b8cbb6a-3d1f-4b0c-9b6e-2f6a0f1d2c3b';
const bob = '0e9f8a7c-1d2b-4c3d-8e4f-5a6b7c8d9e0f';
const GATHER_MS = 50;
const RETRY_MS = 1_000;

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

const idOf = ({ eventId }: UsageEvent): string => eventId;

/** Stores that do what the test tells them. */
class Ports implements UsageJournalPorts {
  /** What Redis holds of the journal, by event id. */
  readonly entries = new Map<string, UsageEvent>();
  readonly batches: UsageEvent[][] = [];
  readonly recorded: UsageEvent[] = [];
  readonly changes: unknown[] = [];
  beats = 0;
  forgotten = 0;
  isUsable = true;
  isSilent = false;
  refused = new Map<string, unknown>();
  recording = (): Promise<void> => Promise.resolve();
  storing = (): Promise<void> => Promise.resolve();
  asked = 0;

  readonly open = {
    change: (_: string, opened: readonly UsageEvent[], closed: readonly string[]) => {
      this.asked += 1;
      if (this.isSilent) return Promise.reject(new Error('no answer'));
      for (const each of opened) this.entries.set(each.eventId, each);
      for (const each of closed) this.entries.delete(each);
      return Promise.resolve();
    },
    beat: () => {
      this.beats += 1;
      return this.isSilent ? Promise.reject(new Error('no answer')) : Promise.resolve();
    },
    forget: () => {
      this.forgotten += 1;
      return this.isSilent ? Promise.reject(new Error('no answer')) : Promise.resolve();
    },
  };
  readonly usage = {
    store: async (events: readonly UsageEvent[]) => {
      this.batches.push([...events]);
      await this.storing();
      return new Map(this.refused);
    },
  };
  readonly recorder = {
    record: async (each: UsageEvent) => {
      await this.recording();
      this.recorded.push(each);
    },
  };
  usable = (): boolean => this.isUsable;
  onChange = (failure: unknown): void => void this.changes.push(failure);
}

describe('the usage journal', () => {
  let ports: Ports;
  let journal: UsageJournal;

  beforeEach(() => {
    jest.useFakeTimers();
    ports = new Ports();
    journal = new UsageJournal(ports);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('enters a request at once, and lets its answer go without storing anything more', async () => {
    const usage = journal.open(event(1));
    await jest.advanceTimersByTimeAsync(0);
    expect([...ports.entries.values()]).toEqual([event(1)]);
    await usage.answered(200);
    expect(ports.recorded).toEqual([]);
    expect(ports.batches).toEqual([]);
  });

  it('holds an answer back until its request is entered', async () => {
    let enter = (): void => undefined;
    ports.open.change = () => new Promise((resolve) => (enter = resolve));
    const answered = journal.open(event(1)).answered(200);
    let gone = false;
    void answered.then(() => (gone = true));
    await jest.advanceTimersByTimeAsync(500);
    expect(gone).toBe(false);
    enter();
    await answered;
  });

  it('stores together what was answered, and then takes it out', async () => {
    for (const number of [1, 2, 3]) await journal.open(event(number)).answered(200);
    expect(ports.entries.size).toBe(3);
    await jest.advanceTimersByTimeAsync(GATHER_MS);
    expect(ports.batches).toEqual([[event(1), event(2), event(3)]]);
    expect(ports.entries.size).toBe(0);
    await jest.advanceTimersByTimeAsync(RETRY_MS * 3);
    expect(ports.batches).toHaveLength(1);
  });

  it('stores no more in a job than it may hold', async () => {
    const numbers = Array.from({ length: 501 }, (_, number) => number);
    await Promise.all(numbers.map((number) => journal.open(event(number)).answered(200)));
    await jest.advanceTimersByTimeAsync(GATHER_MS);
    expect(ports.batches.map(({ length }) => length)).toEqual([500, 1]);
    expect(ports.entries.size).toBe(0);
  });

  it('says in the entry what else was answered before the answer leaves', async () => {
    await journal.open(event(1)).answered(415);
    expect([...ports.entries.values()]).toEqual([{ ...event(1), status: 415 }]);
    await jest.advanceTimersByTimeAsync(GATHER_MS);
    expect(ports.batches).toEqual([[{ ...event(1), status: 415 }]]);
    expect(ports.entries.size).toBe(0);
  });

  it('stores an answer first that could not be said in the entry', async () => {
    const usage = journal.open(event(1));
    await jest.advanceTimersByTimeAsync(0);
    ports.isSilent = true;
    await usage.answered(415);
    expect(ports.recorded).toEqual([{ ...event(1), status: 415 }]);
    ports.isSilent = false;
    await jest.advanceTimersByTimeAsync(GATHER_MS);
    expect(ports.entries.size).toBe(0);
    expect(ports.batches).toEqual([]);
  });

  it.each(['isSilent', 'isUsable'] as const)(
    'stores an answer before it leaves where it could not be entered (%s)',
    async (name) => {
      ports[name] = !ports[name];
      await journal.open(event(1)).answered(200);
      expect(ports.recorded).toEqual([event(1)]);
      await jest.advanceTimersByTimeAsync(RETRY_MS);
      expect(ports.batches).toEqual([]);
    },
  );

  it('refuses an answer that is stored nowhere', async () => {
    ports.isUsable = false;
    ports.recording = () => Promise.reject(new Error('away'));
    await expect(journal.open(event(1)).answered(200)).rejects.toThrow('away');
  });

  it('takes out what was no use, though Redis does not listen at first', async () => {
    const usage = journal.open(event(1));
    await jest.advanceTimersByTimeAsync(0);
    ports.isSilent = true;
    await usage.dropped();
    await jest.advanceTimersByTimeAsync(RETRY_MS * 2);
    expect(ports.entries.size).toBe(1);
    ports.isSilent = false;
    await jest.advanceTimersByTimeAsync(RETRY_MS);
    expect(ports.entries.size).toBe(0);
    expect(ports.batches).toEqual([]);
  });

  it('keeps of a batch what is not stored, tries again, and says so once', async () => {
    ports.refused.set(bob, new Error('away'));
    await journal.open(event(1)).answered(200);
    await journal.open(event(2, bob)).answered(200);
    await jest.advanceTimersByTimeAsync(GATHER_MS + 3 * RETRY_MS);
    expect(ports.batches.map((batch) => batch.map(idOf))).toEqual([
      [event(1).eventId, event(2).eventId],
      ...Array.from({ length: 3 }, () => [event(2).eventId]),
    ]);
    expect([...ports.entries.keys()]).toEqual([event(2).eventId]);
    expect(ports.changes).toEqual([new Error('away')]);
    ports.refused.clear();
    await jest.advanceTimersByTimeAsync(RETRY_MS);
    expect(ports.entries.size).toBe(0);
    expect(ports.changes).toEqual([new Error('away'), undefined]);
  });

  it('enters nothing more once it has too much to store', async () => {
    ports.refused.set(ada, new Error('away'));
    const numbers = Array.from({ length: 10_000 }, (_, number) => number);
    await Promise.all(numbers.map((number) => journal.open(event(number)).answered(200)));
    expect(ports.recorded).toEqual([]);
    await journal.open(event(10_001)).answered(200);
    expect(ports.recorded.map(idOf)).toEqual([event(10_001).eventId]);
  });

  it('has taken out what was no use before its answer leaves, also while it stops', async () => {
    const [usage, late] = [journal.open(event(1)), journal.open(event(2))];
    await usage.dropped();
    expect([...ports.entries.keys()]).toEqual([event(2).eventId]);
    await journal.stop();
    await late.dropped();
    expect(ports.entries.size).toBe(0);
  });

  it('asks nothing of a Redis that is away, and keeps nothing for it', async () => {
    ports.isUsable = false;
    for (let number = 0; number < 200; number += 1) {
      const usage = journal.open(event(number));
      await (number % 2 === 0 ? usage.answered(200) : usage.dropped());
    }
    await jest.advanceTimersByTimeAsync(RETRY_MS);
    ports.isUsable = true;
    await jest.advanceTimersByTimeAsync(RETRY_MS);
    await journal.stop();
    expect(ports.recorded).toHaveLength(100);
    expect(ports.asked).toBe(0);
  });

  it('takes out any number of entries, so many at once', async () => {
    const numbers = Array.from({ length: 2_500 }, (_, number) => number);
    const open = numbers.map((number) => journal.open(event(number)));
    await jest.advanceTimersByTimeAsync(0);
    ports.isSilent = true;
    await Promise.all(open.map((usage) => usage.dropped()));
    expect(ports.entries.size).toBe(2_500);
    ports.isSilent = false;
    const before = ports.asked;
    await jest.advanceTimersByTimeAsync(RETRY_MS);
    expect(ports.entries.size).toBe(0);
    expect(ports.asked).toBe(before + 3);
  });

  it('counts what is on its way to a store among what is not stored', async () => {
    let finish = (): void => undefined;
    ports.storing = () => new Promise((resolve) => (finish = resolve));
    const numbers = Array.from({ length: 10_000 }, (_, number) => number);
    await Promise.all(numbers.map((number) => journal.open(event(number)).answered(200)));
    await jest.advanceTimersByTimeAsync(GATHER_MS);
    await journal.open(event(10_001)).answered(200);
    expect(ports.recorded.map(idOf)).toEqual([event(10_001).eventId]);
    ports.storing = () => Promise.resolve();
    finish();
    await jest.advanceTimersByTimeAsync(RETRY_MS);
    await journal.open(event(10_002)).answered(200);
    expect(ports.recorded).toHaveLength(1);
  });

  it('keeps what a store fails with as a whole', async () => {
    ports.storing = () => Promise.reject(new Error('broken'));
    await journal.open(event(1)).answered(200);
    await jest.advanceTimersByTimeAsync(GATHER_MS);
    expect(ports.changes).toEqual([new Error('broken')]);
    ports.storing = () => Promise.resolve();
    await jest.advanceTimersByTimeAsync(RETRY_MS);
    expect(ports.batches).toEqual([[event(1)], [event(1)]]);
    expect(ports.entries.size).toBe(0);
  });

  it('says that it lives until it stops', async () => {
    journal.start();
    expect(ports.beats).toBe(1);
    await jest.advanceTimersByTimeAsync(8_000);
    expect(ports.beats).toBe(5);
    ports.isUsable = false;
    ports.isSilent = true;
    await jest.advanceTimersByTimeAsync(4_000);
    // A queue that is full makes no process dead.
    expect(ports.beats).toBe(7);
    await journal.stop();
    await jest.advanceTimersByTimeAsync(8_000);
    expect(ports.beats).toBe(7);
  });

  it('stores what waits when it stops, takes it out, and is forgotten', async () => {
    await journal.open(event(1)).answered(200);
    await journal.stop();
    expect(ports.batches).toEqual([[event(1)]]);
    expect(ports.entries.size).toBe(0);
    expect(ports.forgotten).toBe(1);
  });

  it('leaves in the journal what nothing takes when it stops', async () => {
    ports.refused.set(ada, new Error('away'));
    await journal.open(event(1)).answered(200);
    await journal.stop();
    await jest.advanceTimersByTimeAsync(RETRY_MS * 2);
    expect(ports.batches).toEqual([[event(1)]]);
    expect([...ports.entries.values()]).toEqual([event(1)]);
  });
});
