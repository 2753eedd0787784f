import { describe, expect, it } from '@jest/globals';
import { isAboutTheData, isAboutTheServer, sqlStateOf } from './database-failure.js';

function failed(originalCode: string): Error {
  return Object.assign(new Error('Raw query failed'), {
    meta: { driverAdapterError: { cause: { originalCode } } },
  });
}

describe('a failure of the database', () => {
  it.each([
    ['an unknown customer', failed('23503'), true, false],
    ['a number that is too large', failed('22003'), true, false],
    ['a shutdown', failed('57P01'), false, true],
    ['no connections left', failed('53300'), false, true],
    ['a missing right', failed('42501'), false, false],
    ['a lost connection', new Error('Connection terminated unexpectedly'), false, true],
    ['nothing', undefined, false, true],
  ])('by %s is told apart', (_, error, data, server) => {
    expect(isAboutTheData(error)).toBe(data);
    expect(isAboutTheServer(error)).toBe(server);
  });

  it('has a state only where PostgreSQL gave one', () => {
    expect(sqlStateOf(failed('40001'))).toBe('40001');
    expect(sqlStateOf({ meta: { driverAdapterError: { cause: { originalCode: 5 } } } })).toBe(
      undefined,
    );
  });
});
