import { createHmac } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import { InvalidArgument } from '../errors.js';
import { body, bytes, hmacHex, rawBody, refusal } from '../../test/webhook-samples.js';
import { hmacSha256, type HmacSha256Form } from '../webhook.js';

describe('hmacSha256', () => {
  // RFC 4231, sections 4.2 to 4.8, those with the whole of HMAC-SHA-256.
  it.each([
    [
      '1',
      '0b'.repeat(20),
      Buffer.from('Hi There').toString('hex'),
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      '2',
      Buffer.from('Jefe').toString('hex'),
      Buffer.from('what do ya want for nothing?').toString('hex'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      '3',
      'aa'.repeat(20),
      'dd'.repeat(50),
      '773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe',
    ],
    [
      '4',
      '0102030405060708090a0b0c0d0e0f10111213141516171819',
      'cd'.repeat(50),
      '82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b',
    ],
    [
      '6',
      'aa'.repeat(131),
      Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First').toString('hex'),
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
    [
      '7',
      'aa'.repeat(131),
      Buffer.from(
        'This is a test using a larger than block-size key and a larger than block-size data. ' +
          'The key needs to be hashed before being used by the HMAC algorithm.',
      ).toString('hex'),
      '9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2',
    ],
  ])('computes test case %s of RFC 4231', (_, key, data, signature) => {
    const scheme = hmacSha256({ header: 'sig', encoding: 'hex', secretEncoding: 'hex' });
    const check = (sig: string) =>
      refusal(scheme, { rawBody: Buffer.from(data, 'hex'), secrets: [key], headers: { sig } });
    expect(check(signature)).toBeUndefined();
    expect(check('0'.repeat(64))).toBe('signature_mismatch');
    expect(() => refusal(scheme, { rawBody, secrets: ['zz'], headers: {} })).toThrow(
      InvalidArgument,
    );
    expect(() => refusal(scheme, { rawBody, secrets: [''], headers: {} })).toThrow(
      InvalidArgument,
    );
  });

  it('refuses the shortened code of test case 5 of RFC 4231, and takes the whole', () => {
    const scheme = hmacSha256({ header: 'sig', encoding: 'hex', secretEncoding: 'hex' });
    const check = (sig: string) =>
      refusal(scheme, {
        rawBody: bytes('Test With Truncation'),
        secrets: ['0c'.repeat(20)],
        headers: { sig },
      });
    const short = 'a3b6167473100ee06e0c796c2955552b';
    expect(check(short)).toBe('signature_malformed');
    expect(check(`${short}fa6f7c0a6a8aef8b93f860aab0cd20c5`)).toBeUndefined();
  });

  it('covers an empty body and a giant one, to the last byte', () => {
    const scheme = hmacSha256({ header: 'sig', encoding: 'base64url' });
    for (const large of [Buffer.alloc(0), Buffer.alloc(16 * 1024 * 1024, 'é')]) {
      const sig = createHmac('sha256', 'k').update(large).digest('base64url');
      const received = { rawBody: large, secrets: ['k'], headers: { sig } };
      expect(refusal(scheme, received)).toBeUndefined();
      const longer = Buffer.concat([large, Buffer.of(0)]);
      expect(refusal(scheme, { ...received, rawBody: longer })).toBe('signature_mismatch');
    }
  });

  it('takes the text of a secret as UTF-8, whatever stands in it', () => {
    const scheme = hmacSha256({ header: 'sig', encoding: 'hex' });
    const accepted = (secret: string, signedWith: string) =>
      refusal(scheme, {
        rawBody,
        secrets: [secret],
        headers: { sig: hmacHex(signedWith, body) },
      }) === undefined;
    const texts = ['ключ', '🔑', ' space ', 'space', 'e\u0301', '\u00e9', '='];
    for (const signedWith of texts) {
      expect(texts.filter((text) => accepted(text, signedWith))).toEqual([signedWith]);
    }
  });

  it('refuses a header without a name', () => {
    expect(() => hmacSha256({ header: '', encoding: 'hex' })).toThrow(InvalidArgument);
  });

  it.each<Partial<HmacSha256Form>>([
    { encoding: 'bogus' as 'hex' },
    { encoding: undefined as unknown as 'hex' },
    { secretEncoding: 'utf8' as 'hex' },
  ])('refuses an encoding that is none, before there is a webhook: %j', (wrong) => {
    const form: HmacSha256Form = { header: 'x-signature', encoding: 'hex', ...wrong };
    expect(() => hmacSha256(form)).toThrow(InvalidArgument);
  });

  it('wants the prefix exactly', () => {
    const scheme = hmacSha256({ header: 'X-Sig', encoding: 'hex', prefix: 'sha256=' });
    const check = (value: string) =>
      refusal(scheme, { rawBody, secrets: ['k'], headers: { 'x-sig': value } });
    expect(check(`sha256=${hmacHex('k', body)}`)).toBeUndefined();
    for (const value of [
      hmacHex('k', body),
      `sha1=${hmacHex('k', body)}`,
      `SHA256=${hmacHex('k', body)}`,
    ]) {
      expect(check(value)).toBe('signature_malformed');
    }
  });
});
