import { createPublicKey } from 'node:crypto';

import { InvalidArgument } from '../errors.js';
import { requireObject, requireText } from '../lib/contract.js';
import { decodeBase64, decodeStrictly, type Encoding, encodings } from '../lib/encoding.js';
import { timestampedScheme } from '../lib/timestamped-scheme.js';
import {
  encodedKey,
  readHmac,
  readTimestamp,
  requireFieldName,
  textKey,
} from '../lib/webhook-parts.js';
import {
  mostWebhookSignatures,
  type BodyOnly,
  type PresentedSignature,
  type PresentedWebhook,
  type Timestamped,
  type WebhookKey,
  type WebhookRefusalReason,
  type WebhookScheme,
} from './scheme.js';

/** What Standard Webhooks signs beside the body. */
export interface StandardWebhookMessage extends Timestamped {
  /** The same for each attempt to deliver one message: remember it to do nothing twice. */
  readonly id: string;
}

/** How a body's HMAC-SHA256 stands in a header. */
export interface HmacSha256Form {
  /** The header's name, in any case. */
  readonly header: string;
  readonly encoding: Encoding;
  /** What stands before the signature in the header, such as `sha256=`. Nothing by default. */
  readonly prefix?: string;
  /**
   * How the sender writes its secret, if the key of the HMAC is the bytes that the text stands
   * for. By default the key is the text itself.
   */
  readonly secretEncoding?: Encoding;
}

/**
 * A sender that puts the HMAC-SHA256 of the body, and nothing else, in a header. Nothing tells a repeated delivery: remember an id out of the body.
 *
 * @throws {InvalidArgument} The header's name is none, or an encoding.
 *
 * @example
 * ```ts
 * import { hmacSha256 } from '@nomo/security-core/webhook';
 *
 * const shop = hmacSha256({ header: 'X-Shop-Hmac-Sha256', encoding: 'base64' });
 * shop.headers; // ['x-shop-hmac-sha256']
 * ```
 */
export function hmacSha256(form: HmacSha256Form): WebhookScheme<BodyOnly> {
  requireObject(form, 'The form of a webhook signature');
  const { header, encoding, prefix = '', secretEncoding } = form;
  requireFieldName(header);
  requireText(prefix, 'The prefix of a signature');
  const given = secretEncoding === undefined ? [encoding] : [encoding, secretEncoding];
  if (!given.every((each) => encodings.includes(each))) {
    throw new InvalidArgument('An encoding is hex, base64 or base64url');
  }
  return {
    name: 'hmac-sha256',
    headers: [header.toLowerCase()],
    read: ([value = '']) => {
      const signature = value.startsWith(prefix)
        ? readHmac(value.slice(prefix.length), encoding)
        : undefined;
      return signature === undefined
        ? 'signature_malformed'
        : { signedPrefix: '', timestamp: undefined, signatures: [signature], message: {} };
    },
    keyOf: secretEncoding === undefined ? textKey : encodedKey(secretEncoding),
  };
}

/** Stripe: `Stripe-Signature: t=…,v1=…`. Source: https://docs.stripe.com/webhooks/signature */
export const stripe: WebhookScheme<Timestamped> = timestampedScheme({
  name: 'stripe',
  header: 'stripe-signature',
  pairSeparator: ',',
  timestampName: 't',
  signatureName: 'v1',
  bodySeparator: '.',
});

/**
 * Paddle Billing: `Paddle-Signature: ts=…;h1=…`.
 * Source: https://developer.paddle.com/webhooks/signature-verification
 */
export const paddle: WebhookScheme<Timestamped> = timestampedScheme({
  name: 'paddle',
  header: 'paddle-signature',
  pairSeparator: ';',
  timestampName: 'ts',
  signatureName: 'h1',
  bodySeparator: ':',
});

/**
 * Lemon Squeezy: `X-Signature`, in hexadecimal.
 * Source: https://docs.lemonsqueezy.com/help/webhooks/signing-requests
 */
export const lemonSqueezy: WebhookScheme<BodyOnly> = {
  ...hmacSha256({ header: 'x-signature', encoding: 'hex' }),
  name: 'lemon-squeezy',
};

/**
 * Razorpay: `X-Razorpay-Signature`, in hexadecimal.
 * Source: https://razorpay.com/docs/webhooks/validate-test/
 */
export const razorpay: WebhookScheme<BodyOnly> = {
  ...hmacSha256({ header: 'x-razorpay-signature', encoding: 'hex' }),
  name: 'razorpay',
};

/**
 * GitHub: `X-Hub-Signature-256: sha256=…`.
 * Source: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export const github: WebhookScheme<BodyOnly> = {
  ...hmacSha256({ header: 'x-hub-signature-256', encoding: 'hex', prefix: 'sha256=' }),
  name: 'github',
};

/**
 * Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`, with HMAC-SHA256
 * (`v1`, secrets `whsec_…`) and Ed25519 (`v1a`, public keys `whpk_…`).
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks: WebhookScheme<StandardWebhookMessage> = standardScheme(
  'standard-webhooks',
  'webhook-',
);

/** Svix under its own header names; otherwise Standard Webhooks. */
export const svix: WebhookScheme<StandardWebhookMessage> = standardScheme('svix', 'svix-');

/** Visible ASCII without the full stop, which parts the id from the time in what is signed. */
const messageId = /^[!-\-/-~]{1,256}$/u;

const ed25519SignatureBytes = 64;
const ed25519PublicKeyBytes = 32;

function standardScheme(
  name: string,
  headerPrefix: string,
): WebhookScheme<StandardWebhookMessage> {
  return {
    name,
    headers: ['id', 'timestamp', 'signature'].map((part) => headerPrefix + part),
    read: ([id = '', time = '', signature = '']) => readStandard(id, time, signature),
    keyOf: standardKey,
  };
}

function readStandard(
  id: string,
  time: string,
  list: string,
): PresentedWebhook<StandardWebhookMessage> | WebhookRefusalReason {
  if (!isStandardMessageId(id)) {
    return 'header_malformed';
  }
  const timestamp = readTimestamp(time);
  if (timestamp === undefined) {
    return 'timestamp_malformed';
  }
  const parts = list.split(' ', mostWebhookSignatures + 1);
  const signatures: PresentedSignature[] = [];
  for (const part of parts) {
    const at = part.indexOf(',');
    const version = part.slice(0, at);
    const text = part.slice(at + 1);
    if (version === 'v1' || version === 'v1a') {
      const signature = version === 'v1' ? readHmac(text, 'base64') : readEd25519(text);
      if (signature === undefined) {
        return 'signature_malformed';
      }
      signatures.push(signature);
    } else if (at <= 0) {
      return 'signature_malformed';
    }
    // Another version is how a sender introduces a new algorithm: passed over.
  }
  if (signatures.length === 0 || parts.length > mostWebhookSignatures) {
    return 'signature_malformed';
  }
  return {
    signedPrefix: `${id}.${timestamp}.`,
    timestamp,
    signatures,
    message: { id, timestamp: new Date(timestamp * 1000) },
  };
}

/** Whether an id can be signed so that no other message has the same signed text. */
export function isStandardMessageId(id: string): boolean {
  return messageId.test(id);
}

function readEd25519(text: string): PresentedSignature | undefined {
  const bytes = decodeStrictly(text, 'base64');
  return bytes?.byteLength === ed25519SignatureBytes
    ? { algorithm: 'ed25519', bytes }
    : undefined;
}

/** The key inside a `whsec_…` secret or a `whpk_…` public key. */
export function standardKey(secret: string): WebhookKey {
  requireText(secret, 'A webhook secret');
  if (secret.startsWith('whpk_')) {
    const bytes = decodeBase64(secret.slice('whpk_'.length));
    if (bytes?.byteLength !== ed25519PublicKeyBytes) {
      throw new InvalidArgument('A whpk_ key is 32 bytes in base64');
    }
    const key = { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') };
    return { algorithm: 'ed25519', key: createPublicKey({ key, format: 'jwk' }) };
  }
  const text = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  return encodedKey('base64')(text);
}
