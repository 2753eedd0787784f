import { describe, expect, it } from '@jest/globals';

import { ApiFailure, failureFrom, failureOf } from './failure.js';

const answer = (body: string, status: number, headers: Record<string, string> = {}): Response =>
  new Response(body, { status, headers });

describe('failureFrom', () => {
  it('reads a problem with all that it says', async () => {
    const body = {
      code: 'quota_exceeded',
      title: 'Over',
      detail: 'Too many.',
      requestId: 'r',
      limit: 10,
      used: 10,
      resetAt: '2030-01-01T00:00:00Z',
      errors: [{ path: 'name', message: 'Too long' }],
    };
    const failure = await failureFrom(
      answer(JSON.stringify(body), 429, { 'retry-after': '7' }),
    );
    expect(failure.facts).toEqual({
      code: 'quota_exceeded',
      status: 429,
      title: 'Over',
      detail: 'Too many.',
      requestId: 'r',
      errors: [{ path: 'name', message: 'Too long' }],
      retryAfterSeconds: 7,
      quota: { limit: 10, used: 10, resetAt: '2030-01-01T00:00:00Z' },
    });
  });

  it.each([
    ['<html>Bad gateway</html>', 502, 'unreachable'],
    ['<html>Oh no</html>', 500, 'unexpected_answer'],
    ['{"code":7,"errors":"none"}', 418, 'unexpected_answer'],
    ['null', 400, 'unexpected_answer'],
  ])('makes the best of an answer that is no problem: %s', async (body, status, code) => {
    const failure = await failureFrom(answer(body, status, { 'x-request-id': 'q' }));
    expect(failure.facts).toEqual({ code, status, requestId: 'q' });
  });
});

describe('failureOf', () => {
  it('keeps a failure, and makes one of anything else', () => {
    const failure = new ApiFailure({ code: 'offline' });
    expect(failureOf(failure)).toBe(failure);
    expect(failureOf(new TypeError('x')).code).toBe('unexpected_answer');
  });
});
