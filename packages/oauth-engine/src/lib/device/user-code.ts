import { type OAuthContext } from '../context.js';

/**
 * RFC 8628 §6.1: consonants alone, so that no word comes of them, and none that looks like another
 * letter or a digit. 20 letters, 8 of them: 2.56 × 10^10 codes, 34.6 bits. With ten minutes of
 * life and a page that allows few attempts to each address, a guess at any of a thousand codes
 * in use hits one in 25 million.
 */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';
const letters = 8;
const wholeCode = /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/;

/** The largest multiple of the alphabet below 256: bytes from there on would favour its beginning. */
const fair = 256 - (256 % alphabet.length);

/** A new user code, as it is shown: `WDJB-MJHT`. */
export function drawUserCode({ randomBytes }: OAuthContext): string {
  let drawn = '';
  while (drawn.length < letters) {
    for (const byte of randomBytes(letters)) {
      if (byte < fair && drawn.length < letters)
        drawn += alphabet.charAt(byte % alphabet.length);
    }
  }
  return `${drawn.slice(0, letters / 2)}-${drawn.slice(letters / 2)}`;
}

/**
 * What a person typed, as a code: any case, with or without whatever they put between the letters
 * (RFC 8628 §6.1).
 *
 * @returns Undefined if it cannot be one.
 */
export function readUserCode(typed: string): string | undefined {
  // More than anybody puts between eight letters, and little to search.
  if (typed.length > 64) return undefined;
  const read = typed.toUpperCase().replace(/[\s.\-_–—]/gu, '');
  return wholeCode.test(read) ? read : undefined;
}

/** Under which a code is stored: keyed, for a plain digest could be turned back by trying all. */
export function userCodeDigest({ vault }: OAuthContext, read: string): Uint8Array {
  return vault.codeDigest('device user code', read);
}
