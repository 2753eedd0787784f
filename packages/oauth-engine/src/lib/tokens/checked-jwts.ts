import { hash, type KeyObject } from 'node:crypto';

import { type OwnJwtType, type OwnPayload } from './own-payload.js';

/** A JWT whose signature was found good under this key. Whether it is good now is not said. */
export interface CheckedJwt {
  readonly type: OwnJwtType;
  readonly kid: string;
  readonly key: KeyObject;
  readonly payload: OwnPayload;
}

/**
 * The JWTs that were checked of late, of all organizations of a process: an access token is shown
 * with every request that it is for, and its signature says the same each time.
 *
 * Nothing in here can be used as a token: it is found by a digest of one.
 */
export class CheckedJwts {
  #recent = new Map<string, CheckedJwt>();
  #before = new Map<string, CheckedJwt>();
  readonly #most: number;

  /** @param most - How many are kept, of about 1 KB each. At least half as many are, once it is full. */
  constructor(most = 8_192) {
    this.#most = most;
  }

  find(token: string): CheckedJwt | undefined {
    const digest = digestOf(token);
    const recent = this.#recent.get(digest);
    if (recent !== undefined) return recent;
    const before = this.#before.get(digest);
    if (before !== undefined) this.#keep(digest, before);
    return before;
  }

  keep(token: string, checked: CheckedJwt): void {
    this.#keep(digestOf(token), checked);
  }

  #keep(digest: string, checked: CheckedJwt): void {
    if (this.#recent.size >= this.#most / 2) {
      this.#before = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(digest, checked);
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
