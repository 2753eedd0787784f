import { describe, expect, it } from '@jest/globals';

import { inputOf } from '../../../test/memory/authorization-input.js';
import { claimsParameter } from './claims-parameter.js';

const ask = (claims: unknown, scope = 'openid'): ReturnType<typeof claimsParameter> =>
  claimsParameter(
    inputOf({ scope, claims: typeof claims === 'string' ? claims : JSON.stringify(claims) }),
  );

describe('claimsParameter', () => {
  it('asks for single claims in the ID token and at userinfo', () => {
    expect(
      ask({
        userinfo: { email: { essential: true }, picture: null, 'name#de': null, unheard: null },
        id_token: { email: { value: 'a@example.com' } },
        else: 1,
      }),
    ).toEqual({ userinfo: ['email', 'picture'], idToken: ['email'] });
    expect(ask({ userinfo: null })).toEqual({ userinfo: [], idToken: [] });
    expect(claimsParameter(inputOf({ scope: 'openid' }))).toBeUndefined();
  });

  it('asks for nothing whose scope the application may not have', () => {
    const claims = JSON.stringify({
      userinfo: { email: null, name: null },
      id_token: { email: null },
    });
    const input = inputOf({ scope: 'openid', claims }, { scopes: ['openid', 'profile'] });
    expect(claimsParameter(input)).toEqual({ userinfo: ['name'], idToken: [] });
  });

  it('names the one user who may answer', () => {
    expect(ask({ id_token: { sub: { value: 'user-1' } } })).toMatchObject({
      subject: 'user-1',
    });
    expect(ask({ userinfo: { sub: { value: 'user-1' } } })).toMatchObject({
      subject: 'user-1',
    });
    expect(ask({ id_token: { sub: { value: 1 } } })).not.toHaveProperty('subject');
  });

  it('insists on an essential acr, and only wishes for another', () => {
    const acr = { values: ['one', 'two', 3] };
    expect(ask({ id_token: { acr: { ...acr, essential: true } } })).toMatchObject({
      essentialAcr: ['one', 'two'],
    });
    expect(ask({ id_token: { acr: { value: 'one', essential: true } } })).toMatchObject({
      essentialAcr: ['one'],
    });
    expect(ask({ id_token: { acr } })).not.toHaveProperty('essentialAcr');
    expect(ask({ id_token: { acr: { essential: true } } })).not.toHaveProperty('essentialAcr');
  });

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['NUL in a value', { id_token: { acr: { essential: true, values: ['\0'] } } }],
    ['half of a surrogate pair', '{"id_token":{"sub":{"value":"\\ud800"}}}'],
    ['NUL in a name', { userinfo: { 'e\0': null } }],
    ['an array', []],
    ['null', 'null'],
    ['a string', '"openid"'],
    ['a section that is no object', { id_token: [] }],
    ['a claim that is no object', { userinfo: { email: true } }],
    ['an essential that is no boolean', { userinfo: { email: { essential: 'yes' } } }],
    ['values that are no array', { id_token: { acr: { values: 'one' } } }],
    ['nine levels that mean nothing', `${'{"a":'.repeat(9)}1${'}'.repeat(9)}`],
    ['four thousand arrays in each other', `${'['.repeat(4_000)}${']'.repeat(4_000)}`],
  ])('is refused as malformed: %s', (_name, claims) => {
    expect(() => ask(claims)).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });

  it('is refused without the scope openid', () => {
    expect(() => ask({}, 'email')).toThrow(
      expect.objectContaining({ name: 'OAuthError', code: 'invalid_request' }),
    );
  });

  it('takes names of object prototypes for names', () => {
    const claims = '{"userinfo":{"__proto__":{"value":"x"},"constructor":null},"__proto__":{}}';
    expect(ask(claims)).toEqual({ userinfo: [], idToken: [] });
    const inherited = '{"id_token":{"__proto__":{"sub":{"value":"user-1"}}}}';
    expect(ask(inherited)).not.toHaveProperty('subject');
  });
});
