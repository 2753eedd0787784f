import { describe, expect, it } from '@jest/globals';
import { sign as signGithub } from '@octokit/webhooks-methods';
import { Paddle } from '@paddle/paddle-node-sdk';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';

import {
  github,
  paddle,
  signWebhook,
  standardWebhooks,
  stripe,
  verifyWebhook,
} from '../src/index.js';

/**
 * Against the vendors' own code: what they sign is accepted, and their faults are not shared.
 * (That Paddle's and Razorpay's compare with `===` cannot be seen from outside: that ours does
 * not, src/comparison.spec.ts shows.)
 */

const body = '{"id":"evt_1","note":"Zoë paid 12 €"}';
const rawBody = new TextEncoder().encode(body);
const stripeSecret = 'whsec_c3RyaXBlIHNheXMgaGVsbG8';
const standardSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const yearSeconds = 31_536_000;
const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('Stripe', () => {
  const { webhooks } = new Stripe('sk_test_none');
  const signAt = (timestamp: number, payload = body) =>
    webhooks.generateTestHeaderString({ payload, secret: stripeSecret, timestamp });
  const check = (header: string, bytes: Uint8Array = rawBody) =>
    verifyWebhook(stripe, {
      rawBody: bytes,
      headers: { 'stripe-signature': header },
      secrets: [stripeSecret],
    });

  it('signs what is accepted here', () => {
    expect(check(signAt(nowSeconds()))).toMatchObject({ verified: true });
  });

  it('accepts a time a year ahead; here it is refused', () => {
    const header = signAt(nowSeconds() + yearSeconds);
    expect(webhooks.constructEvent(body, header, stripeSecret)).toMatchObject({ id: 'evt_1' });
    expect(check(header)).toMatchObject({ verified: false, reason: 'timestamp_in_future' });
  });

  it('decodes the body before the HMAC, so different bytes are one body; here they are not', () => {
    // Not UTF-8: decoding makes U+FFFD of the byte, and that is what was signed.
    const signedText = '{"id":"evt_1","name":"\ufffd"}';
    const sentBytes = Buffer.concat([
      Buffer.from('{"id":"evt_1","name":"'),
      Buffer.of(0xff),
      Buffer.from('"}'),
    ]);
    const header = signAt(nowSeconds(), signedText);
    expect(webhooks.constructEvent(sentBytes, header, stripeSecret)).toMatchObject({
      id: 'evt_1',
    });
    expect(check(header, sentBytes)).toMatchObject({ reason: 'signature_mismatch' });
    expect(check(header, Buffer.from(signedText))).toMatchObject({ verified: true });
  });
});

describe('standardwebhooks', () => {
  const webhook = new Webhook(standardSecret);
  const check = (headers: Record<string, string>) =>
    verifyWebhook(standardWebhooks, { rawBody, headers, secrets: [standardSecret] });

  it('signs what is accepted here, and accepts what is signed here', () => {
    const timestamp = new Date();
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(timestamp.getTime() / 1000)),
      'webhook-signature': webhook.sign('msg_1', timestamp, body),
    };
    expect(check(headers)).toMatchObject({ verified: true, message: { id: 'msg_1' } });
    const ours = signWebhook({ id: 'msg_1', timestamp, rawBody, secrets: [standardSecret] });
    expect(ours).toEqual(headers);
    expect(webhook.verify(body, { ...ours })).toMatchObject({ id: 'evt_1' });
  });

  it('reads a time with letters behind it; here it is refused', () => {
    const headers = { ...signWebhook({ id: 'msg_1', rawBody, secrets: [standardSecret] }) };
    headers['webhook-timestamp'] += 'abc';
    expect(webhook.verify(body, headers)).toMatchObject({ id: 'evt_1' });
    expect(check(headers)).toMatchObject({ reason: 'timestamp_malformed' });
  });
});

describe('GitHub', () => {
  it('signs what is accepted here', async () => {
    const headers = { 'x-hub-signature-256': await signGithub('octo', body) };
    expect(verifyWebhook(github, { rawBody, headers, secrets: ['octo'] })).toMatchObject({
      verified: true,
    });
    expect(verifyWebhook(github, { rawBody, headers, secrets: ['cat'] })).toMatchObject({
      reason: 'signature_mismatch',
    });
  });
});

describe('Paddle', () => {
  const { webhooks } = new Paddle('none');
  const secret = 'pdl_ntfset_1';
  const check = (header: string) =>
    verifyWebhook(paddle, {
      rawBody,
      headers: { 'paddle-signature': header },
      secrets: [secret],
    });

  it('accepts what is accepted here', async () => {
    const header = await headerAt(nowSeconds());
    expect(await webhooks.isSignatureValid(body, secret, header)).toBe(true);
    expect(check(header)).toMatchObject({ verified: true });
  });

  it('keeps only the last h1 of a rotation; here any of them counts', async () => {
    const header = await headerAt(nowSeconds());
    const rotated = `${header};h1=${'0'.repeat(64)}`;
    expect(await webhooks.isSignatureValid(body, secret, rotated)).toBe(false);
    expect(check(rotated)).toMatchObject({ verified: true });
  });

  it('accepts a time a year ahead, and one with letters behind it; here both are refused', async () => {
    const ahead = await headerAt(nowSeconds() + yearSeconds);
    expect(await webhooks.isSignatureValid(body, secret, ahead)).toBe(true);
    expect(check(ahead)).toMatchObject({ reason: 'timestamp_in_future' });
    const lettered = (await headerAt(nowSeconds())).replace(';', 'abc;');
    expect(await webhooks.isSignatureValid(body, secret, lettered)).toBe(true);
    expect(check(lettered)).toMatchObject({ reason: 'timestamp_malformed' });
  });

  /** The SDK has no signer: this is `ts:body` under HMAC-SHA256, by WebCrypto. */
  async function headerAt(timestamp: number): Promise<string> {
    const text = new TextEncoder();
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const key = await crypto.subtle.importKey('raw', text.encode(secret), algorithm, false, [
      'sign',
    ]);
    const signed = await crypto.subtle.sign('HMAC', key, text.encode(`${timestamp}:${body}`));
    return `ts=${timestamp};h1=${Buffer.from(signed).toString('hex')}`;
  }
});
