import { parseApiKey, verifyApiKey, type ApiKeyId } from '@nomo/security-core';
import { type KeyRecord } from './key-record.js';

/** A key that a request comes with, and what shows that it may be used. */
export interface PresentedKey {
  readonly id: ApiKeyId;
  /** Whether this is the key of the record. Does the same work where there is no record. */
  isGenuine(record: KeyRecord | undefined): boolean;
}

/**
 * The key in an `x-api-key` header, which shows its secret; `undefined` where the header does
 * not have the form of a key.
 */
export function keyInHeader(header: unknown): PresentedKey | undefined {
  const parsed = parseApiKey(header);
  if (parsed === undefined) return undefined;
  return { id: parsed.id, isGenuine: (record) => verifyApiKey(parsed, record?.secretHash) };
}

/** A key of a customer who has shown by other means who they are: it only has to be theirs. */
export function keyOfCustomer(userId: string, id: ApiKeyId): PresentedKey {
  return { id, isGenuine: (record) => record?.userId === userId };
}
