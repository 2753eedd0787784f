import { type Signer } from '@nomo/oauth-engine';
import { sha256Digest } from '@nomo/security-core';
import { type JSONWebKeySet } from 'jose';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { type StoredSigningKey } from './signing-keys.repository.js';

/** The published keys of one realm, ready for use. About 10 KB. */
export interface KeySet {
  readonly jwks: JSONWebKeySet;
  /** `jwks` as it is sent, and its entity tag. */
  readonly json: string;
  readonly etag: string;
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
  const json = JSON.stringify(jwks);
  return {
    jwks,
    json,
    etag: `"${Buffer.from(sha256Digest(json)).toString('base64url').slice(0, 22)}"`,
    signer,
    verification: new Map(
      keys.map(({ kid, publicJwk }) => [
        kid,
        createPublicKey({ key: publicJwk, format: 'jwk' }),
      ]),
    ),
  };
}
