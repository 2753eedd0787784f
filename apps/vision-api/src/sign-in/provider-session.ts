import { sha256Digest } from '@nomo/security-core';

/** What stands for a session at a provider ("sid" of its issuer) in our tables: 32 bytes. */
export function providerSessionHash(issuer: string, sid: string): Uint8Array {
  return sha256Digest(JSON.stringify([issuer, sid]));
}
