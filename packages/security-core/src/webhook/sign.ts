import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  sign,
  type KeyObject,
} from 'node:crypto';

import { InvalidArgument } from '../errors.js';
import {
  requireBytes,
  requireList,
  requireObject,
  requireText,
  requireTime,
  revealed,
} from '../lib/contract.js';
import { decodeBase64 } from '../lib/encoding.js';
import type { Secret } from '../secret.js';
import { isStandardMessageId, standardKey } from './schemes.js';

/** A webhook to be sent. */
export interface OutgoingWebhook {
  /** The message's id: the same for each attempt to deliver it. Visible ASCII, no full stop. */
  readonly id: string;
  /** When this attempt is made. The present by default. */
  readonly timestamp?: Date;
  /** The bytes of the body, exactly as they will be sent. */
  readonly rawBody: Uint8Array;
  /**
   * `whsec_…` for HMAC-SHA256 (v1), `whsk_…` for Ed25519 (v1a). During a rotation several: the
   * receiver accepts the message by any of them.
   */
  readonly secrets: readonly (string | Secret<string>)[];
}

/** The headers to send beside the body. A type, not an interface: `fetch` takes it as it is. */

export type WebhookSignatureHeaders = {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
};

/**
 * Signs a webhook as Standard Webhooks has it.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @throws {InvalidArgument} An id that could be confused with the time, a time out of range, no
 *   secret, or one that is none.
 *
 * @example
 * ```ts
 * import { signWebhook } from '@nomo/security-core/webhook';
 *
 * const headers = signWebhook({
 *   id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
 *   timestamp: new Date('2021-02-25T15:02:10Z'),
 *   rawBody: new TextEncoder().encode('{"test": 2432232314}'),
 *   secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
 * });
 * headers['webhook-signature']; // 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
 * ```
 */
export function signWebhook(webhook: OutgoingWebhook): WebhookSignatureHeaders {
  requireObject(webhook, 'A webhook to be signed');
  const { id, timestamp = new Date(), rawBody, secrets } = webhook;
  requireText(id, 'The id of a webhook');
  requireTime(timestamp, 'The timestamp of a webhook');
  requireBytes(rawBody, 'rawBody');
  requireList(secrets, 'secrets');
  if (!isStandardMessageId(id)) {
    throw new InvalidArgument('The id of a webhook is visible ASCII without a full stop');
  }
  const seconds = Math.floor(timestamp.getTime() / 1000);
  if (!(seconds > 0)) {
    throw new InvalidArgument('The timestamp of a webhook lies after 1970');
  }
  if (secrets.length === 0) {
    throw new InvalidArgument('A webhook needs at least one secret to be signed with');
  }
  const signed = Buffer.concat([Buffer.from(`${id}.${seconds}.`, 'utf8'), rawBody]);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': Array.from(secrets, (secret) =>
      signatureBy(revealed(secret), signed),
    ).join(' '),
  };
}

function signatureBy(secret: string, signed: Uint8Array): string {
  requireText(secret, 'A webhook secret');
  if (secret.startsWith('whsk_')) {
    return `v1a,${sign(null, signed, privateKey(secret)).toString('base64')}`;
  }
  const { algorithm, key } = standardKey(secret);
  if (algorithm !== 'hmac-sha256') {
    throw new InvalidArgument('A public key (whpk_) cannot sign: the private one is whsk_');
  }
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

/** The PKCS #8 wrapping of an Ed25519 seed. Source: RFC 8410, section 7 */
const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const seedBytes = 32;

/** `whsk_` and, in base64, the seed, or the seed followed by its public key. */
function privateKey(secret: string): KeyObject {
  const bytes = decodeBase64(secret.slice('whsk_'.length));
  if (bytes?.byteLength !== seedBytes && bytes?.byteLength !== 2 * seedBytes) {
    throw new InvalidArgument('A whsk_ key is 32 or 64 bytes in base64');
  }
  const key = createPrivateKey({
    key: Buffer.concat([pkcs8Ed25519, bytes.subarray(0, seedBytes)]),
    format: 'der',
    type: 'pkcs8',
  });
  const stated = bytes.subarray(seedBytes).toString('base64url');
  if (stated !== '' && createPublicKey(key).export({ format: 'jwk' }).x !== stated) {
    throw new InvalidArgument('The two halves of a whsk_ key do not belong together');
  }
  return key;
}
