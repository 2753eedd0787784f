import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { type CheckedJwt, CheckedJwts } from './checked-jwts.js';

const { publicKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });

function checked(sub: string): CheckedJwt {
  const payload = { iss: 'https://id.example', sub, aud: 'web-app', iat: 1, exp: 2 };
  return { type: 'JWT', kid: 'key-1', key, payload };
}

describe('the JWTs that were checked', () => {
  it('are found by the whole token', () => {
    const jwts = new CheckedJwts();
    jwts.keep('a.b.c', checked('alice'));
    expect(jwts.find('a.b.c')?.payload.sub).toBe('alice');
    expect(jwts.find('a.b.d')).toBeUndefined();
  });

  it('are bounded, and those that are shown stay', () => {
    const jwts = new CheckedJwts(100);
    jwts.keep('shown', checked('alice'));
    jwts.keep('not shown', checked('bob'));
    let found = 0;
    for (let token = 0; token < 1_000; token += 1) {
      jwts.keep(`token ${token}`, checked('somebody'));
      expect(jwts.find('shown')?.payload.sub).toBe('alice');
    }
    expect(jwts.find('not shown')).toBeUndefined();
    for (let token = 0; token < 1_000; token += 1) {
      if (jwts.find(`token ${token}`) !== undefined) found += 1;
    }
    expect(found).toBeGreaterThan(0);
    expect(found).toBeLessThanOrEqual(100);
  });
});
