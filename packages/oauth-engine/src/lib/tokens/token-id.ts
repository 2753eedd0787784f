import { randomUUID } from 'node:crypto';

/**
 * A new `jti` (RFC 7519 §4.1.7): 122 random bits name a token beyond any collision. It is no
 * secret, so it need not come from the source of the context: Node draws for 128 of them at a time,
 * and a draw for each takes several microseconds.
 */
export function newTokenId(): string {
  return randomUUID();
}
