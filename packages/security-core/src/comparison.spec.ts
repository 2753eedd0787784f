import * as crypto from 'node:crypto';

import { beforeEach, describe, expect, it, jest } from '@jest/globals';

import type { WebhookScheme } from './webhook.js';

/**
 * That `crypto.timingSafeEqual` decides and nothing else: with its answer turned round, so is
 * ours. A `===`, before it or in its place, would let the right answer through.
 */
const timingSafeEqual = jest.fn(crypto.timingSafeEqual);
jest.unstable_mockModule('node:crypto', () => ({ ...crypto, timingSafeEqual }));

const { generateApiKey, parseApiKey, verifyApiKey } = await import('./api-key.js');
const { constantTimeEqual } = await import('./constant-time.js');
const { codeDigest, verifyCode } = await import('./token.js');
const webhook = await import('./webhook.js');

beforeEach(() => {
  timingSafeEqual.mockReset();
  timingSafeEqual.mockImplementation(crypto.timingSafeEqual);
});

const turnRound = () =>
  timingSafeEqual.mockImplementation((a, b) => !crypto.timingSafeEqual(a, b));

const rawBody = new TextEncoder().encode('{"event":"paid"}');
const now = new Date('2026-03-01T12:00:00Z');
const seconds = now.getTime() / 1000;
const hmac = (text: string, encoding: 'hex' | 'base64' = 'hex', key = 'key') =>
  crypto.createHmac('sha256', key).update(text).update(rawBody).digest(encoding);
const standardSecret = Buffer.from('key').toString('base64');

/** For each sender the header of a signature, genuine or of another text. */
const senders: [string, WebhookScheme<unknown>, (text?: string) => Record<string, string>][] = [
  [
    'Paddle',
    webhook.paddle,
    (text = '') => ({ 'paddle-signature': `ts=${seconds};h1=${hmac(`${seconds}:${text}`)}` }),
  ],
  ['Razorpay', webhook.razorpay, (text = '') => ({ 'x-razorpay-signature': hmac(text) })],
  [
    'Stripe',
    webhook.stripe,
    (text = '') => ({ 'stripe-signature': `t=${seconds},v1=${hmac(`${seconds}.${text}`)}` }),
  ],
  ['Lemon Squeezy', webhook.lemonSqueezy, (text = '') => ({ 'x-signature': hmac(text) })],
  [
    'GitHub',
    webhook.github,
    (text = '') => ({ 'x-hub-signature-256': `sha256=${hmac(text)}` }),
  ],
  [
    'Standard Webhooks',
    webhook.standardWebhooks,
    (text = '') => ({
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(seconds),
      'webhook-signature': `v1,${hmac(`msg_1.${seconds}.${text}`, 'base64')}`,
    }),
  ],
];

describe.each(senders)('a signature of %s', (name, scheme, headersFor) => {
  const own = name === 'Standard Webhooks' ? standardSecret : 'key';
  const accepted = (headers: Record<string, string>, secrets = [own]) =>
    webhook.verifyWebhook(scheme, { rawBody, headers, secrets, now }).verified;

  it('is compared by timingSafeEqual and not, as in some vendors’ libraries, by ===', () => {
    expect(accepted(headersFor())).toBe(true);
    expect(accepted(headersFor('forged'))).toBe(false);
    turnRound();
    expect(accepted(headersFor())).toBe(false);
    expect(accepted(headersFor('forged'))).toBe(true);
  });

  it('is compared as 32 bytes, under every secret, whichever fits', () => {
    const other = name === 'Standard Webhooks' ? `${standardSecret}AAAA` : 'other';
    expect(accepted(headersFor(), [own, other, other])).toBe(true);
    expect(timingSafeEqual).toHaveBeenCalledTimes(3);
    for (const [presented, expected] of timingSafeEqual.mock.calls) {
      expect([presented.byteLength, expected.byteLength]).toEqual([32, 32]);
    }
  });
});

it('every signature of a list is compared, whichever fits', () => {
  const right = hmac(`${seconds}.`);
  const header = [right, hmac('a'), right].map((value) => `v1=${value}`).join(',');
  const headers = { 'stripe-signature': `t=${seconds},${header}` };
  const received = { rawBody, headers, secrets: ['key'], now };
  expect(webhook.verifyWebhook(webhook.stripe, received).verified).toBe(true);
  expect(timingSafeEqual).toHaveBeenCalledTimes(3);
});

describe('an API key', () => {
  it('is compared by timingSafeEqual, the unknown as the known', () => {
    const { key, secretHash } = generateApiKey({ mode: 'live' });
    const parsed = parseApiKey(key.reveal());
    if (parsed === undefined) {
      throw new Error('A generated key has to be one');
    }
    const other = generateApiKey({ mode: 'live' }).secretHash;
    expect([secretHash, other].map((hash) => verifyApiKey(parsed, hash))).toEqual([
      true,
      false,
    ]);
    expect(verifyApiKey(parsed, undefined)).toBe(false);
    expect(timingSafeEqual).toHaveBeenCalledTimes(3);
    turnRound();
    expect([secretHash, other].map((hash) => verifyApiKey(parsed, hash))).toEqual([
      false,
      true,
    ]);
    // Not even then is an unknown key a good one.
    expect(verifyApiKey(parsed, undefined)).toBe(false);
  });
});

describe('a code', () => {
  it('is compared by timingSafeEqual, the absent as the present', () => {
    const right = { key: new Uint8Array(32), purpose: 'sign-in', code: '042917' };
    const wrong = { ...right, code: '042918' };
    const stored = codeDigest(right);
    expect([verifyCode(right, stored), verifyCode(wrong, stored)]).toEqual([true, false]);
    expect(verifyCode(right, undefined)).toBe(false);
    expect(timingSafeEqual).toHaveBeenCalledTimes(3);
    turnRound();
    expect([verifyCode(right, stored), verifyCode(wrong, stored)]).toEqual([false, true]);
    expect(verifyCode(right, undefined)).toBe(false);
  });
});

describe('constantTimeEqual', () => {
  it('compares by timingSafeEqual, and 32 bytes whatever the lengths', () => {
    const pairs = [
      ['same', 'same'],
      ['same', 'some'],
      ['', 'longer by far than the other'],
    ] as const;
    expect(pairs.map(([a, b]) => constantTimeEqual(a, b))).toEqual([true, false, false]);
    for (const [a, b] of timingSafeEqual.mock.calls) {
      expect([a.byteLength, b.byteLength]).toEqual([32, 32]);
    }
    turnRound();
    expect(pairs.map(([a, b]) => constantTimeEqual(a, b))).toEqual([false, true, true]);
  });
});
