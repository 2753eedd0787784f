import { createHmac } from 'node:crypto';

import { expect } from '@jest/globals';

import {
  github,
  hmacSha256,
  lemonSqueezy,
  paddle,
  razorpay,
  standardWebhooks,
  stripe,
  verifyWebhook,
  type ReceivedWebhook,
  type WebhookScheme,
} from '../src/webhook.js';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const hmacHex = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('hex');

export const now = new Date('2026-03-01T12:00:00Z');
export const seconds = now.getTime() / 1000;
export const body = '{"event":"paid","amount":1200}';
export const rawBody = bytes(body);

/** For each scheme a genuine webhook, made here from the vendor's description alone. */
export const genuine: [string, WebhookScheme<unknown>, ReceivedWebhook][] = [
  [
    'Stripe',
    stripe,
    {
      rawBody,
      now,
      secrets: ['whsec_stripe'],
      headers: {
        'stripe-signature': `t=${seconds},v1=${hmacHex('whsec_stripe', `${seconds}.${body}`)}`,
      },
    },
  ],
  [
    'Paddle',
    paddle,
    {
      rawBody,
      now,
      secrets: ['pdl_ntfset_1'],
      headers: {
        'paddle-signature': `ts=${seconds};h1=${hmacHex('pdl_ntfset_1', `${seconds}:${body}`)}`,
      },
    },
  ],
  [
    'Lemon Squeezy',
    lemonSqueezy,
    { rawBody, now, secrets: ['lemon'], headers: { 'x-signature': hmacHex('lemon', body) } },
  ],
  [
    'Razorpay',
    razorpay,
    {
      rawBody,
      now,
      secrets: ['razor'],
      headers: { 'x-razorpay-signature': hmacHex('razor', body) },
    },
  ],
  [
    'GitHub',
    github,
    {
      rawBody,
      now,
      secrets: ['octo'],
      headers: { 'x-hub-signature-256': `sha256=${hmacHex('octo', body)}` },
    },
  ],
  [
    'Standard Webhooks',
    standardWebhooks,
    {
      rawBody,
      now,
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(seconds),
        'webhook-signature': `v1,${createHmac('sha256', Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')).update(`msg_1.${seconds}.${body}`).digest('base64')}`,
      },
    },
  ],
  [
    'a generic one in base64url',
    hmacSha256({ header: 'X-Sig', encoding: 'base64url', prefix: 'v=' }),
    {
      rawBody,
      now,
      secrets: ['generic'],
      headers: {
        'x-sig': `v=${createHmac('sha256', 'generic').update(body).digest('base64url')}`,
      },
    },
  ],
];

export function refusal(
  scheme: WebhookScheme<unknown>,
  received: ReceivedWebhook,
): string | undefined {
  const verdict = verifyWebhook(scheme, received);
  if (!verdict.verified) {
    expect(verdict.publicReason).toBe('invalid_signature');
  }
  return verdict.verified ? undefined : verdict.reason;
}

/** The name and value of the header that bears the signature. */
export function signatureHeader({ headers }: ReceivedWebhook): [string, string] {
  const entries = Object.entries(headers as Record<string, string>);
  const found = entries.find(([name]) => name.includes('sig'));
  if (found === undefined) {
    throw new Error('No header of the sample bears a signature');
  }
  return found;
}

export function withSignature(received: ReceivedWebhook, value: string): ReceivedWebhook {
  const [name] = signatureHeader(received);
  return { ...received, headers: { ...(received.headers as object), [name]: value } };
}
