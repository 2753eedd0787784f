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

/** Whether the key's time is over. */
export function isExpired({ expiresAt }: KeyRecord, now = Date.now()): boolean {
  return expiresAt !== undefined && expiresAt.getTime() <= now;
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
  if (text?.startsWith('[') !== true) return undefined;
  const [userId, secretHash, scopes, expiresAt] = parseList(text);
  if (
    typeof userId !== 'string' ||
    typeof secretHash !== 'string' ||
    !Array.isArray(scopes) ||
    !(expiresAt === null || typeof expiresAt === 'number')
  ) {
    return undefined;
  }
  return {
    userId,
    secretHash: Buffer.from(secretHash, 'base64'),
    scopes: scopes.filter((scope) => typeof scope === 'string').filter(isScope),
    expiresAt: expiresAt === null ? undefined : new Date(expiresAt),
  };
}

function parseList(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
