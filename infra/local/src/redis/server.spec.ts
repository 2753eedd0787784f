import { describe, expect, it } from '@jest/globals';

import { configuration, DURABLE } from './server.ts';

describe('configuration', () => {
  it('quotes every value', () => {
    expect(configuration({ save: '', requirepass: 'a"b\\c' })).toBe(
      'save ""\nrequirepass "a\\"b\\\\c"\n',
    );
  });
});

describe('the durable settings', () => {
  it('flush an append-only file before each answer, and never drop a key to make room', () => {
    expect(DURABLE).toMatchObject({
      appendonly: 'yes',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
    });
  });
});
