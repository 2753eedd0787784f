import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  randomBytes,
  type CipherKey,
} from 'node:crypto';
import { generateApiKey, parseApiKey, verifyApiKey } from '@nomo/security-core/api-key';
import { Secret } from '@nomo/security-core/secret';
import { KeyRing, SecretBox } from '@nomo/security-core/secret-box';
import * as webhook from '@nomo/security-core/webhook';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { BenchmarkError } from '../frame/benchmark.ts';

/** What is measured, and in the same round the thing it is held against. */
export interface Pair {
  readonly title: string;
  readonly ours: Contender;
  readonly other: Contender;
}

export interface Contender {
  readonly name: string;
  /** @returns whether it did what it should: one that fails quickly is no winner. */
  readonly call: () => boolean;
}

const webhookSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** An event of about 100 KB whose lines are described in the given words. */
function largeEvent(words: string): Buffer {
  const line = { object: 'line_item', description: words, amount: 1_200, paid: true };
  const count = Math.round(100_000 / Buffer.byteLength(JSON.stringify(line)));
  const data = Array.from({ length: count }, () => line);
  return Buffer.from(JSON.stringify({ id: 'evt_1', object: 'event', data: { data } }));
}

const english = 'Consulting, one hour';
const hindi = 'परामर्श, एक घंटा';

function verifyAsStripe(rawBody: Buffer, header: string): Contender {
  const headers = { 'stripe-signature': header };
  const received = { rawBody, headers, secrets: [webhookSecret], toleranceSeconds: 3_600 };
  return {
    name: 'verifyWebhook',
    call: () => webhook.verifyWebhook(webhook.stripe, received).verified,
  };
}

function signAsStripe(rawBody: Buffer): string {
  const payload = rawBody.toString();
  return webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
}

const { webhooks } = new Stripe('sk_test_none');

/** The one way that its documentation shows. It parses too, once it has verified. */
function stripeEvent(): Pair {
  const rawBody = largeEvent(english);
  const header = signAsStripe(rawBody);
  return {
    title: 'A Stripe event of 100 KB, as documented',
    ours: verifyAsStripe(rawBody, header),
    other: {
      name: 'stripe, constructEvent',
      call: () => webhooks.constructEvent(rawBody, header, webhookSecret, 3_600).id === 'evt_1',
    },
  };
}

/** Its verification without the parsing that follows. */
function stripeVerification(language: string, words: string): Pair {
  const rawBody = largeEvent(words);
  const header = signAsStripe(rawBody);
  const { signature } = webhooks;
  if (signature === null) throw new BenchmarkError('stripe has no signature to verify with');
  return {
    title: `A Stripe event of 100 KB in ${language}, verified alone`,
    ours: verifyAsStripe(rawBody, header),
    other: {
      name: 'stripe, verifyHeader',
      call: () => signature.verifyHeader(rawBody, header, webhookSecret, 3_600),
    },
  };
}

const stripeInEnglish = (): Pair => stripeVerification('English', english);
const stripeInHindi = (): Pair => stripeVerification('Hindi', hindi);

/** What no verification can do without. */
function bareHmac(): Pair {
  const rawBody = largeEvent(english);
  return {
    title: 'A Stripe event of 100 KB beside its HMAC',
    ours: verifyAsStripe(rawBody, signAsStripe(rawBody)),
    other: {
      name: 'HMAC-SHA256 alone',
      call: () =>
        createHmac('sha256', webhookSecret).update(rawBody).digest().byteLength === 32,
    },
  };
}

function standardWebhook(): Pair {
  const rawBody = largeEvent(english);
  const secrets = [webhookSecret];
  const headers = { ...webhook.signWebhook({ id: 'msg_1', rawBody, secrets }) };
  const other = new Webhook(webhookSecret);
  return {
    title: 'A Standard Webhook of 100 KB',
    ours: {
      name: 'verifyWebhook',
      call: () =>
        webhook.verifyWebhook(webhook.standardWebhooks, { rawBody, headers, secrets }).verified,
    },
    other: {
      name: 'standardwebhooks',
      call: () => {
        other.verify(rawBody, headers, { jsonParse: false });
        return true;
      },
    },
  };
}

/** Held against the quickest form of a key that node:crypto takes. */
const secretBox = (): Pair => boxBeside('a key object', createSecretKey);

/** Held against the usual form of a key, which Node 24 takes far longer to read. */
const secretBoxAndBytes = (): Pair => boxBeside('a key of bytes', (key) => key);

function boxBeside(form: string, keyFor: (key: Buffer) => CipherKey): Pair {
  const plaintext = randomBytes(1_024);
  const key = randomBytes(32);
  const bareKey = keyFor(key);
  const boxes = new SecretBox(new KeyRing([{ id: '2026', key: new Secret(key) }]));
  const context = { tenant: 'org_1', table: 'connections', row: '42', column: 'token' };
  return {
    title: `Sealing and opening 1 KB, beside ${form}`,
    ours: {
      name: 'SecretBox, XAES-256-GCM',
      call: () =>
        boxes.open(boxes.seal(plaintext, context), context).byteLength === plaintext.byteLength,
    },
    other: {
      name: 'bare AES-256-GCM',
      call: () => {
        const nonce = randomBytes(12);
        const cipher = createCipheriv('aes-256-gcm', bareKey, nonce);
        const ciphertext = cipher.update(plaintext);
        cipher.final();
        const decipher = createDecipheriv('aes-256-gcm', bareKey, nonce);
        decipher.setAuthTag(cipher.getAuthTag());
        const opened = decipher.update(ciphertext);
        decipher.final();
        return opened.byteLength === plaintext.byteLength;
      },
    },
  };
}

function apiKey(): Pair {
  const { key, secretHash } = generateApiKey({ mode: 'live' });
  const presented = key.reveal();
  const secret = randomBytes(32);
  return {
    title: 'An API key',
    ours: {
      name: 'parseApiKey and verifyApiKey',
      call: () => {
        const parsed = parseApiKey(presented);
        return parsed !== undefined && verifyApiKey(parsed, secretHash);
      },
    },
    other: {
      name: 'SHA-256 of 32 bytes alone',
      call: () => hash('sha256', secret, 'buffer').byteLength === 32,
    },
  };
}

/** In the order of the report. */
export const pairs = {
  standard: standardWebhook,
  event: stripeEvent,
  hindi: stripeInHindi,
  english: stripeInEnglish,
  hmac: bareHmac,
  box: secretBox,
  boxAndBytes: secretBoxAndBytes,
  key: apiKey,
} as const satisfies Record<string, () => Pair>;

export type PairName = keyof typeof pairs;
