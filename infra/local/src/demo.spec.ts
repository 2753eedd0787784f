import { describe, expect, it } from '@jest/globals';

import { readAnswer } from './demo.ts';

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
