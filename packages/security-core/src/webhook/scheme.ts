import type { KeyObject } from 'node:crypto';

/** Why a webhook was refused. For the log: the sender gets to know none of it. */
export type WebhookRefusalReason =
  | 'header_missing'
  | 'header_duplicated'
  | 'header_malformed'
  | 'timestamp_malformed'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'signature_malformed'
  | 'signature_mismatch';

/**
 * Signatures of one message that are looked at; of a message with more, none is. Senders need a few,
 * of the new secret and those that it replaces. It bounds the work that others make.
 */
export const mostWebhookSignatures = 10;

/** One signature out of a header. */
export interface PresentedSignature {
  readonly algorithm: 'hmac-sha256' | 'ed25519';
  readonly bytes: Uint8Array;
}

/** What the headers of a webhook claim, before anything of it is known to be true. */
export interface PresentedWebhook<Message> {
  /** What is signed in front of the body. */
  readonly signedPrefix: string;
  /** Seconds since 1970, in schemes that sign the time. */
  readonly timestamp: number | undefined;
  /** At least one. */
  readonly signatures: readonly PresentedSignature[];
  readonly message: Message;
}

/** What a secret becomes before it can verify. */
export interface WebhookKey {
  readonly algorithm: PresentedSignature['algorithm'];
  readonly key: KeyObject;
}

/**
 * How one sender signs its webhooks. Take one of this package, or make one with `hmacSha256`.
 *
 * @typeParam Message - What the signature covers beside the body.
 */
export interface WebhookScheme<Message> {
  readonly name: string;
  /** The headers that have to be there, exactly once each; in lower case. */
  readonly headers: readonly string[];
  /** Reads the values of `headers`, in that order. */
  readonly read: (
    values: readonly string[],
  ) => PresentedWebhook<Message> | WebhookRefusalReason;
  /** @throws {InvalidArgument} The secret is none of this sender's. */
  readonly keyOf: (secret: string) => WebhookKey;
}

/** The message of a scheme that signs nothing but the body: a replay cannot be told. */
export type BodyOnly = Readonly<Record<string, never>>;

/** The message of a scheme that signs when it was sent. */
export interface Timestamped {
  readonly timestamp: Date;
}
