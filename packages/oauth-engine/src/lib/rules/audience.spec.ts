import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { issuer } from '../../../test/memory/acme.js';
import { audience } from './audience.js';

const ask = (
  resources: readonly string[],
  scope: readonly string[],
  defaultResource?: string,
): readonly string[] => {
  const { context, application } = inputOf({}, defaultResource ? { defaultResource } : {});
  return audience({ context, application, resources, scope });
};

describe('audience', () => {
  it('is exactly what was named, and the userinfo endpoint only if it was', () => {
    expect(ask(['https://a.example'], ['openid'], 'https://d.example')).toEqual([
      'https://a.example',
    ]);
  });

  it('is the default resource where nothing was named, with openid userinfo too', () => {
    expect(ask([], ['photos:read'], 'https://d.example')).toEqual(['https://d.example']);
    expect(ask([], ['openid'], 'https://d.example')).toEqual(['https://d.example', issuer]);
  });

  it('is never empty', () => {
    expect(ask([], [])).toEqual([issuer]);
  });
});
