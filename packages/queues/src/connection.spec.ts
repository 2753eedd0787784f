import { describe, expect, it } from '@jest/globals';

import { callerConnection, queueConnection, workerConnection } from './connection.js';

describe.each([queueConnection, callerConnection, workerConnection])('$name', (connection) => {
  it('is back within a second of Redis, however long that was away', () => {
    const { url, retryStrategy } = connection('redis://localhost:6379');
    expect(url).toBe('redis://localhost:6379');
    for (const attempt of [1, 9, 10, 1_000]) {
      expect(retryStrategy(attempt)).toBeGreaterThan(0);
      expect(retryStrategy(attempt)).toBeLessThanOrEqual(1_000);
    }
  });
});
