import { generateKeyPairSync, sign } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { issuer, key, stand } from '../../../test/memory/standing.js';
import { epochSeconds } from '../time.js';
import { verifyOwnJwt } from './own-jwt.js';

const header = { alg: 'RS256', typ: 'JWT', kid: 'key-1' };

const encode = (text: string): string => Buffer.from(text).toString('base64url');

/** Signs whatever it is given, well-formed or not, with our key. */
function signed(head: unknown, body: unknown): string {
  const text = (part: unknown): string =>
    encode(typeof part === 'string' ? part : JSON.stringify(part));
  const input = `${text(head)}.${text(body)}`;
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), key.privateKey).toString('base64url')}`;
}

describe('a JWT of ours', () => {
  const at = async () => {
    const { context } = await stand();
    const now = epochSeconds(context.clock.now());
    const payload = { iss: issuer, sub: 'alice', aud: 'web-app', iat: now, exp: now + 60 };
    const verified = (token: string) => verifyOwnJwt(context, token, { type: 'JWT' });
    return { context, now, payload, verified };
  };

  it('is read', async () => {
    const { payload, verified } = await at();
    expect(await verified(signed(header, payload))).toEqual(payload);
    const several = { ...payload, aud: ['a', 'b'], jti: 'one' };
    expect(await verified(signed(header, several))).toEqual(several);
  });

  it('is read again without another check, and only to the letter', async () => {
    const { context, payload, verified } = await at();
    const token = signed(header, payload);
    expect(await verified(token)).toEqual(payload);
    expect(context.checkedJwts.find(token)?.key).toBe(
      await context.signer.verificationKey('key-1'),
    );
    expect(await verified(token)).toEqual(payload);
    const at40 = token.charAt(40) === 'A' ? 'B' : 'A';
    expect(await verified(token.slice(0, 40) + at40 + token.slice(41))).toBeUndefined();
    expect(await verified(`${token}A`)).toBeUndefined();
    // What is remembered passes for no other kind, and for nobody else’s.
    expect(await verifyOwnJwt(context, token, { type: 'at+jwt' })).toBeUndefined();
    const elsewhere = { ...context, issuer: `${issuer}2` };
    expect(await verifyOwnJwt(elsewhere, token, { type: 'JWT' })).toBeUndefined();
  });

  it('has one spelling', async () => {
    const { payload, verified } = await at();
    const token = signed(header, payload);
    const bits = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url');
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spellings = Array.from(letters, (last) => token.slice(0, -1) + last).filter((text) =>
      bits.equals(Buffer.from(text.split('.')[2] ?? '', 'base64url')),
    );
    expect(spellings).toHaveLength(16);
    const taken = await Promise.all(spellings.map(verified));
    expect(spellings.filter((_text, index) => taken[index] !== undefined)).toEqual([token]);
  });

  it('that was checked is none once it has expired, or its key was withdrawn or replaced', async () => {
    const { context, now, payload, verified } = await at();
    const token = signed(header, { ...payload, exp: now + 1 });
    const kept = signed(header, payload);
    expect(await verified(token)).toBeDefined();
    expect(await verified(kept)).toBeDefined();
    const later = { ...context, clock: { now: () => new Date((now + 1) * 1_000) } };
    expect(await verifyOwnJwt(later, token, { type: 'JWT' })).toBeUndefined();
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    for (const key of [undefined, publicKey]) {
      const signer = { ...context.signer, verificationKey: () => Promise.resolve(key) };
      expect(await verifyOwnJwt({ ...context, signer }, kept, { type: 'JWT' })).toBeUndefined();
    }
    expect(await verified(kept)).toBeDefined();
  });

  it('is good until the second in which it expires, and for a hint after that', async () => {
    const { context, now, payload, verified } = await at();
    expect(await verified(signed(header, { ...payload, exp: now }))).toBeUndefined();
    const token = signed(header, { ...payload, exp: now + 1 });
    expect(await verified(token)).toBeDefined();
    const old = signed(header, { ...payload, exp: 1 });
    expect(
      await verifyOwnJwt(context, old, { type: 'JWT', acceptExpired: true }),
    ).toBeDefined();
  });

  it.each<[string, object]>([
    ['has another algorithm', { alg: 'RS384' }],
    ['has none', { alg: 'none' }],
    ['has a list of algorithms', { alg: ['RS256'] }],
    ['is of another type', { typ: 'at+jwt' }],
    ['has no type', { typ: undefined }],
    ['wants more to be understood', { crit: ['b64'], b64: false }],
    ['wants nothing more to be understood', { crit: [] }],
    ['names no key', { kid: undefined }],
    ['names its key by a number', { kid: 1 }],
    ['names a key that there is not', { kid: 'key-2' }],
  ])('is none when its header %s', async (_, change) => {
    const { payload, verified } = await at();
    expect(await verified(signed({ ...header, ...change }, payload))).toBeUndefined();
  });

  it.each<[string, object]>([
    ['has another issuer', { iss: `${issuer}/` }],
    ['has no issuer', { iss: undefined }],
    ['has no subject', { sub: undefined }],
    ['has a number for a subject', { sub: 7 }],
    ['is for nobody', { aud: undefined }],
    ['is for an object', { aud: { toString: 'web-app' } }],
    ['is for a list of numbers', { aud: [7] }],
    ['was issued at no time', { iat: undefined }],
    ['never expires', { exp: undefined }],
    ['expires at a text', { exp: '9999999999' }],
    ['has a number for an id', { jti: 7 }],
  ])('is none when it %s', async (_, change) => {
    const { payload, verified } = await at();
    expect(await verified(signed(header, { ...payload, ...change }))).toBeUndefined();
  });

  it('is none when its parts are not what they should be, though we have signed them', async () => {
    const { payload, verified } = await at();
    const good = signed(header, payload);
    const [head = '', body = '', signature = ''] = good.split('.');
    const altered = encode(JSON.stringify({ ...payload, sub: 'mallory' }));
    for (const token of [
      '',
      '..',
      `${head}.${body}.`,
      `${head}.${body}`,
      `${good}.`,
      `${good}.${signature}`,
      `${good}=`,
      `${good}\n`,
      ` ${good}`,
      `${head}.${body}.${signature.slice(0, -4)}`,
      `${head}.${body}.${'A'.repeat(signature.length)}`,
      `${head}.${altered}.${signature}`,
      signed('not JSON', payload),
      signed(header, 'not JSON'),
      signed('null', payload),
      signed([header], payload),
      signed(header, '"text"'),
      signed(header, [payload]),
      signed(header, { ...payload, filler: 'x'.repeat(20_000) }),
    ]) {
      expect([token.slice(0, 40), await verified(token)]).toEqual([
        token.slice(0, 40),
        undefined,
      ]);
    }
  });
});
