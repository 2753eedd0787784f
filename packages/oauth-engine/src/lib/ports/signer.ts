import { type KeyObject } from 'node:crypto';

import { type JSONWebKeySet } from 'jose';

import { type JsonObject } from '../model/json.js';

/** The signing keys of one organization. RS256 alone. */
export interface Signer {
  /**
   * Signs with the active key, off the event loop. Adds `alg` and `kid` to the header.
   *
   * @returns A JWS in compact form.
   */
  sign(header: { readonly typ: string }, payload: JsonObject): Promise<string>;
  /** The public key of a published key (next, active, retiring) for checking our own tokens. */
  verificationKey(kid: string): Promise<KeyObject | undefined>;
  /** The published public keys. */
  jwks(): Promise<JSONWebKeySet>;
}
