import { describe, expect, it } from '@jest/globals';

import { readAnswer, readEnvironmentProblems } from './demo.ts';

describe('readEnvironmentProblems', () => {
  it('takes what stands below the headline, and no more', () => {
    const output =
      'hello\nThe command failed: the environment is wrong:\n  LOG_LEVEL: Invalid. Which.\n  DAILY_QUOTA: Too small.\n    at somewhere\n  X: y\n';
    expect(readEnvironmentProblems(output)).toEqual([
      'LOG_LEVEL: Invalid. Which.',
      'DAILY_QUOTA: Too small.',
    ]);
  });

  it('finds nothing in another failure', () => {
    expect(readEnvironmentProblems('Error: no\n  LOG_LEVEL: x\n')).toEqual([]);
  });
});

describe('readAnswer', () => {
  it('takes the last line that is JSON', () => {
    const output =
      '{"level":30,"msg":"ready"}\nsome words\n{"apiKey":"a.b","keyId":"a"}\nbye\n';
    expect(readAnswer(output)).toEqual({ apiKey: 'a.b', keyId: 'a' });
  });

  it('passes over a line that only looks like JSON', () => {
    expect(readAnswer('{"kept":true}\n{ broken\n')).toEqual({ kept: true });
  });

  it('finds nothing where there is nothing', () => {
    expect(readAnswer('done\n')).toBeUndefined();
  });
});
