import { isScope, type Scope } from './scopes.js';

/** What the gate has to know of a key to decide on a request. */
export interface KeyRecord {
  readonly userId: string;
  /** SHA-256 of the key's secret, 32 bytes. */
  readonly secretHash: Uint8Array;
  readonly scopes: readonly Scope[];
  /** `undefined`: the key does not expire. */
  readonly expiresAt: Date | undefined;
}

/** The text under which Redis keeps a record: compact, as every request reads one. */
export function encodeKeyRecord(record: KeyRecord): string {
  return JSON.stringify([
    record.userId,
    Buffer.from(record.secretHash).toString('base64'),
    record.scopes,
    record.expiresAt?.getTime() ?? null,
  ]);
}

/**
 * The record in a text from Redis, or `undefined` for a tombstone and for anything this
 * version did not write: the gate then asks PostgreSQL, which always knows.
 */
export function decodeKeyRecord(text: string | null): KeyRecord | undefined {
  if (text === null || !text.startsWith('[')) return undefined;
  const fields: unknown = JSON.parse(text);
  if (!Array.isArray(fields)) return undefined;
  const [userId, secretHash, scopes, expiresAt] = fields as unknown[];
  if (typeof userId !== 'string' || typeof secretHash !== 'string' || !Array.isArray(scopes)) {
    return undefined;
  }
  return {
    userId,
    secretHash: Buffer.from(secretHash, 'base64'),
    scopes: scopes.filter((scope) => typeof scope === 'string').filter(isScope),
    expiresAt: typeof expiresAt === 'number' ? new Date(expiresAt) : undefined,
  };
}
