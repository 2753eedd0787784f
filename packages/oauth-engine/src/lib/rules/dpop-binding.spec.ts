import { describe, expect, it } from '@jest/globals';

import { dpopBinding } from './dpop-binding.js';

describe('dpopBinding (RFC 9449 §5, §10)', () => {
  it('lets through what is bound to the key that was proved', () => {
    expect(() => {
      dpopBinding('key', 'key');
    }).not.toThrow();
  });

  it('asks for no key where nothing is bound', () => {
    expect(() => {
      dpopBinding(undefined, undefined);
      dpopBinding(undefined, 'key');
    }).not.toThrow();
  });

  it.each([
    ['another key', 'other'],
    ['no key', undefined],
  ])('refuses %s', (_name, jkt) => {
    expect(() => {
      dpopBinding('key', jkt);
    }).toThrow(expect.objectContaining({ code: 'invalid_grant' }));
  });
});
