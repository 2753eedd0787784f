import { describe, expect, it } from '@jest/globals';

import { failureText } from './failure-text.js';

describe('failureText', () => {
  it('says what a quota came to, and when it starts anew', () => {
    const quota = { limit: 100_000, used: 100_000, resetAt: '2030-01-01T00:00:00Z' };
    const { text, retry } = failureText({ code: 'quota_exceeded', status: 429, quota });
    expect(text).toMatch(/^100,000 of 100,000 .* \(00:00 UTC\)\.$/);
    expect(retry).toBe(false);
  });

  it('says how long to wait', () => {
    const facts = { code: 'rate_limited', status: 429 };
    expect(failureText({ ...facts, retryAfterSeconds: 0 }).text).toContain('Wait 1 s');
    expect(failureText(facts).text).toContain('Wait a moment');
  });

  it('lets the service speak for itself where it knows better', () => {
    const facts = {
      code: 'invalid_image',
      title: 'Unprocessable Entity',
      detail: 'It is cut off.',
    };
    expect(failureText({ ...facts, status: 422 })).toEqual({
      title: 'This file cannot be used',
      text: 'It is cut off.',
      tone: 'warning',
      retry: false,
    });
    expect(failureText({ ...facts, status: 500 })).toMatchObject({ tone: 'bad', retry: true });
  });

  it.each(['offline', 'unreachable', 'unexpected_answer'])(
    'offers to try again: %s',
    (code) => {
      expect(failureText({ code }).retry).toBe(true);
    },
  );
});
