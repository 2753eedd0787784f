import { createHmac, timingSafeEqual, verify } from 'node:crypto';

import { InvalidArgument } from '../errors.js';
import {
  requireBytes,
  requireFunction,
  requireList,
  requireObject,
  requireText,
  requireTime,
  revealed,
} from '../lib/contract.js';
import { requireFieldName } from '../lib/webhook-parts.js';
import type { Secret } from '../secret.js';
import type {
  PresentedSignature,
  PresentedWebhook,
  WebhookKey,
  WebhookRefusalReason,
  WebhookScheme,
} from './scheme.js';

/** Headers as `node:http` has them, as Fetch has them, or any record of them. */
export type WebhookHeaders =
  Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** One request, as it came. */
export interface ReceivedWebhook {
  /** The bytes of the body before anything has parsed or decoded them. */
  readonly rawBody: Uint8Array;
  readonly headers: WebhookHeaders;
  /**
   * What the sender gave, as it gave it: for Standard Webhooks with `whsec_` or `whpk_`. During
   * a rotation both, the old and the new.
   */
  readonly secrets: readonly (string | Secret<string>)[];
  /** The time to go by. The present by default. */
  readonly now?: Date;
  /**
   * How far the signed time may lie from `now`, before or after. 300 by default, as Stripe and
   * Standard Webhooks recommend: room for a slow delivery and two clocks. (Paddle's own
   * library takes 5.)
   */
  readonly toleranceSeconds?: number;
}

/** The webhook is genuine and, where its scheme signs the time, fresh. */
export interface VerifiedWebhook<Message> {
  readonly verified: true;
  /** What the signature covers beside the body. */
  readonly message: Message;
  /** Which of `secrets` it was: tells when an old one is no longer in use. */
  readonly secretIndex: number;
}

/** The webhook is not to be acted upon. */
export interface RefusedWebhook {
  readonly verified: false;
  /** For the log. */
  readonly reason: WebhookRefusalReason;
  /** For the sender: the same whatever the reason. */
  readonly publicReason: 'invalid_signature';
}

export type WebhookVerdict<Message> = VerifiedWebhook<Message> | RefusedWebhook;

/** Longer than any sender's header, short enough to read without a second thought. */
const longestHeader = 4_096;

/**
 * Whether a webhook comes from the sender that shares one of the secrets. Parse the body only
 * after this has said so.
 *
 * The signature is checked over the raw bytes and compared in constant time; timestamps have
 * to lie close to the present in both directions; whatever is not exactly in the sender's form
 * is refused before any HMAC is computed.
 *
 * @returns What was signed, or why it was refused. Never throws for what a sender can send.
 * @throws {InvalidArgument} The scheme or the headers are none, `rawBody` is not bytes, there is
 *   no secret, a secret is not in the sender's form, or the time or tolerance is none.
 *
 * @example
 * ```ts
 * import { github, verifyWebhook } from '@nomo/security-core/webhook';
 *
 * const verdict = verifyWebhook(github, {
 *   rawBody: new TextEncoder().encode('Hello, World!'),
 *   headers: {
 *     'X-Hub-Signature-256':
 *       'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
 *   },
 *   secrets: ["It's a Secret to Everybody"],
 * });
 * verdict.verified; // true
 * ```
 */
export function verifyWebhook<Message>(
  scheme: WebhookScheme<Message>,
  received: ReceivedWebhook,
): WebhookVerdict<Message> {
  requireScheme(scheme);
  requireObject(received, 'A received webhook');
  const { rawBody, headers, secrets, now = new Date(), toleranceSeconds = 300 } = received;
  requireBytes(rawBody, 'rawBody');
  requireObject(headers, 'headers');
  requireList(secrets, 'secrets');
  requireTime(now, 'now');
  if (secrets.length === 0) {
    throw new InvalidArgument('A webhook needs at least one secret to be verified with');
  }
  if (!Number.isFinite(toleranceSeconds) || toleranceSeconds < 0) {
    throw new InvalidArgument('toleranceSeconds has to be a number, at least 0');
  }
  const nowMs = now.getTime();
  const keys = Array.from(secrets, (secret) => scheme.keyOf(revealed(secret)));

  const values: string[] = [];
  for (const name of scheme.headers) {
    const found = valuesOf(headers, name);
    const [value] = found;
    if (value === undefined) {
      return refused('header_missing');
    }
    requireText(value, 'The value of a header');
    if (found.length > 1) {
      return refused('header_duplicated');
    }
    if (value.length > longestHeader) {
      return refused('header_malformed');
    }
    values.push(value);
  }
  const presented = scheme.read(values);
  if (typeof presented === 'string') {
    return refused(presented);
  }
  const { timestamp, message } = presented;
  if (timestamp !== undefined) {
    const aheadMs = timestamp * 1000 - nowMs;
    if (aheadMs > toleranceSeconds * 1000) {
      return refused('timestamp_in_future');
    }
    if (aheadMs < -toleranceSeconds * 1000) {
      return refused('timestamp_too_old');
    }
  }
  // Every secret is tried, whichever fits: the time tells nothing of which it was.
  const fitting = keys.map((key) => fits(key, presented, rawBody));
  const secretIndex = fitting.indexOf(true);
  return secretIndex < 0
    ? refused('signature_mismatch')
    : { verified: true, message, secretIndex };
}

function requireScheme(scheme: WebhookScheme<unknown>): void {
  requireObject(scheme, 'A webhook scheme');
  requireList(scheme.headers, 'The headers of a webhook scheme');
  for (const name of scheme.headers) {
    requireFieldName(name);
  }
  requireFunction(scheme.read, 'read of a webhook scheme');
  requireFunction(scheme.keyOf, 'keyOf of a webhook scheme');
}

function refused(reason: WebhookRefusalReason): RefusedWebhook {
  return { verified: false, reason, publicReason: 'invalid_signature' };
}

/** Every value of a header: a record may hold a name in two spellings, or a list. */
function valuesOf(headers: WebhookHeaders, name: string): string[] {
  if (isFetchHeaders(headers)) {
    const value = headers.get(name);
    return value === null ? [] : [value];
  }
  return Object.entries(headers)
    .filter(([key]) => key.length === name.length && key.toLowerCase() === name)
    .flatMap(([, value]) => value ?? []);
}

/** By what it can do: a Fetch implementation may bring its own class. */
function isFetchHeaders(headers: WebhookHeaders): headers is Headers {
  return typeof headers['get' as keyof typeof headers] === 'function';
}

function fits(
  { algorithm, key }: WebhookKey,
  { signedPrefix, signatures }: PresentedWebhook<unknown>,
  rawBody: Uint8Array,
): boolean {
  const own = signatures.filter((signature) => signature.algorithm === algorithm);
  if (algorithm === 'hmac-sha256') {
    const expected = createHmac('sha256', key).update(signedPrefix).update(rawBody).digest();
    return any(own, ({ bytes }) => timingSafeEqual(bytes, expected));
  }
  const signed = Buffer.concat([Buffer.from(signedPrefix, 'utf8'), rawBody]);
  return any(own, ({ bytes }) => verify(null, signed, key, bytes));
}

/** `some` without its early exit. */
function any(
  signatures: readonly PresentedSignature[],
  test: (signature: PresentedSignature) => boolean,
): boolean {
  return signatures.map(test).includes(true);
}
