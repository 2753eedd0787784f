import { describe, expect, it } from '@jest/globals';

import { webApplication } from '../../../test/memory/acme.js';
import { Parameters } from '../http/parameters.js';
import { sameClientId } from './same-client-id.js';

describe('sameClientId', () => {
  const ask = (client_id: string) => (): void => {
    sameClientId(webApplication, new Parameters([['client_id', client_id]]));
  };

  it('is the application that was authenticated, or is not there', () => {
    expect(ask('web-app')).not.toThrow();
    expect(ask('')).not.toThrow();
  });

  it('is never another', () => {
    expect(ask('other')).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });
});
