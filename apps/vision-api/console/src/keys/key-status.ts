import { type Key } from '../api/schemas.js';

export type KeyStatus = 'active' | 'revoked' | 'expired';

/** What a key is at `now`. One that was revoked stays so, whenever it would have expired. */
export function keyStatus(key: Pick<Key, 'revokedAt' | 'expiresAt'>, now: number): KeyStatus {
  if (key.revokedAt !== null) return 'revoked';
  return key.expiresAt !== null && Date.parse(key.expiresAt) <= now ? 'expired' : 'active';
}
