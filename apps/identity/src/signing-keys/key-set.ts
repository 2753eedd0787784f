import { type Signer } from '@nomo/oauth-engine';
import { type JSONWebKeySet } from 'jose';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { type StoredSigningKey } from './signing-keys.repository.js';

/** The published keys of one realm, ready for use. About 10 KB. */
export interface KeySet {
  readonly jwks: JSONWebKeySet;
  /** Signs with the active key, in the thread pool; undefined where there is none. */
  readonly signer: Pick<Signer, 'sign'> | undefined;
  readonly verification: ReadonlyMap<string, KeyObject>;
}

/** @param signer signs with the active key */
export function makeKeySet(
  keys: readonly StoredSigningKey[],
  signer: KeySet['signer'],
): KeySet {
  const jwks = { keys: keys.map(({ publicJwk }) => publicJwk) };
  return {
    jwks,
    signer,
    verification: new Map(
      keys.map(({ kid, publicJwk }) => [
        kid,
        createPublicKey({ key: publicJwk, format: 'jwk' }),
      ]),
    ),
  };
}
