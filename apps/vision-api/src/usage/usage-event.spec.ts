import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { SCOPES } from '../keys/scopes.js';
import { decodeBatch, encodeBatch, MOST_EVENTS_A_JOB, type UsageEvent } from './usage-event.js';

const users = ['5b8cbb6a-3d1f-4b0c-9b6e-2f6a0f1d2c3b', '0e9f8a7c-1d2b-4c3d-8e4f-5a6b7c8d9e0f'];

const events: fc.Arbitrary<UsageEvent[]> = fc.array(
  fc.record({
    eventId: fc.nat().map((time) => uuidv7({ msecs: time })),
    userId: fc.constantFrom(...users),
    keyId: fc.constantFrom('nmk_test_a', 'nmk_test_b'),
    operation: fc.constantFrom(...SCOPES),
    status: fc.integer({ min: 100, max: 599 }),
    occurredAt: fc.integer({ min: 1, max: 4_000_000_000_000 }),
  }),
  { minLength: 1, maxLength: 60 },
);

describe('a usage batch', () => {
  it('is the same after its way through the queue', () => {
    fc.assert(
      fc.property(events, (list) => {
        expect(decodeBatch(JSON.parse(JSON.stringify(encodeBatch(list))))).toEqual(list);
      }),
    );
  });

  const event: UsageEvent = {
    eventId: uuidv7(),
    userId: users[0] ?? '',
    keyId: 'nmk_test_a',
    operation: 'text:detect',
    status: 200,
    occurredAt: 1,
  };
  const batch = encodeBatch([event]);
  const [row] = batch.rows;

  it('names a customer, a key and an operation once', () => {
    const many = encodeBatch(Array.from({ length: 100 }, () => event));
    expect(many.of).toHaveLength(1);
    expect(JSON.stringify(many).length / 100).toBeLessThan(70);
  });

  it.each([
    ['nothing', undefined],
    ['another shape', { events: [] }],
    ['no rows', { ...batch, rows: [] }],
    ['an owner that is not there', { ...batch, rows: [[row?.[0], 1, 200, 1]] }],
    ['a status that is none', { ...batch, rows: [[row?.[0], 0, 6, 1]] }],
    ['a time that is none', { ...batch, rows: [[row?.[0], 0, 200, 1e300]] }],
    ['an operation that is none', { ...batch, of: [[users[0], 'k', 'all']] }],
    [
      'too many rows',
      { ...batch, rows: Array.from({ length: MOST_EVENTS_A_JOB + 1 }, () => row) },
    ],
  ])('is not read from %s', (_, data) => {
    expect(decodeBatch(data)).toBeUndefined();
  });
});
