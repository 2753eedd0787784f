import { describe, expect, it } from '@jest/globals';

import { Parameters } from '../http/parameters.js';
import { repeatedParameters } from './repeated-parameters.js';

describe('repeatedParameters', () => {
  const ask = (name: string) => (): void => {
    repeatedParameters({
      parameters: new Parameters([
        [name, 'a'],
        [name, 'a'],
      ]),
    });
  };

  it('refuses any parameter twice, known or not', () => {
    for (const name of ['scope', 'state', 'x']) {
      expect(ask(name)).toThrow(
        expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
      );
    }
  });

  it('lets resource be repeated', () => {
    expect(ask('resource')).not.toThrow();
  });
});
