import { createSecretKey, type KeyObject } from 'node:crypto';

/**
 * Key bytes as node:crypto keeps them. Node 24 takes five times as long for an operation whose
 * key is bytes, most of it to find out that they are no key object; this is quick.
 */
export function secretKey(bytes: Uint8Array): KeyObject {
  return createSecretKey(bytes);
}
