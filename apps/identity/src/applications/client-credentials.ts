import { generateToken, Secret, sha256Digest } from '@nomo/security-core';
import { type Mode } from '../realms/realm.js';

/** What a client id looks like. */
export const CLIENT_ID = /^nma_(?:live|test)_[0-9A-Za-z]{22}$/;

/** What a client secret looks like, for those who look for leaked ones: our log, and scanners. */
export const CLIENT_SECRET = /\bnmas_[\w-]{43}(?![\w-])/g;

const HINT_LENGTH = 4;

/** A new client id: public, and saying which mode it belongs to. */
export function generateClientId(mode: Mode): string {
  let random = '';
  // `-` and `_` are left out, so that a double click takes the whole.
  while (random.length < 22) random += generateToken().reveal().replaceAll(/[-_]/g, '');
  return `nma_${mode}_${random.slice(0, 22)}`;
}

export interface ClientSecret {
  /** It exists here and nowhere else: show it once. */
  readonly secret: Secret<string>;
  readonly digest: Uint8Array;
  readonly hint: string;
}

/** A new client secret: 32 random bytes, so that its SHA-256 is enough to keep. */
export function generateClientSecret(): ClientSecret {
  const secret = `nmas_${generateToken().reveal()}`;
  return {
    secret: new Secret(secret),
    digest: sha256Digest(secret),
    hint: secret.slice(-HINT_LENGTH),
  };
}
