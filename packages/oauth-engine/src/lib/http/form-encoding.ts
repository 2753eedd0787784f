import { OAuthError } from '../errors.js';

/** Above what any request needs: an authorization request with everything has about thirty. */
const mostParameters = 64;
const longestName = 128;
/** A signed statement (an assertion, a hint) with a large key stays below 4 KB. */
const longestValue = 8_192;

/** Printable ASCII: RFC 6749 Appendix B has everything else percent-encoded. */
const encodedText = /^[\x21-\x7e]*$/;

/**
 * Decodes `application/x-www-form-urlencoded` strictly: what is not UTF-8, not well encoded,
 * holds a control character, or is too much, is refused rather than repaired. Two parsers that
 * repair differently would read two requests.
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function decodeForm(
  encoded: string,
): readonly (readonly [name: string, value: string])[] {
  if (encoded === '') return [];
  if (!encodedText.test(encoded)) throw malformed();
  const pairs = encoded.split('&').filter((pair) => pair !== '');
  if (pairs.length > mostParameters) {
    throw new OAuthError('invalid_request', 'The request has too many parameters');
  }
  return pairs.map((pair) => {
    const cut = pair.indexOf('=');
    const name = decodeFormText(cut < 0 ? pair : pair.slice(0, cut));
    const value = cut < 0 ? '' : decodeFormText(pair.slice(cut + 1));
    if (name.length > longestName || value.length > longestValue) {
      throw new OAuthError('invalid_request', 'A parameter is too long');
    }
    return [name, value];
  });
}

/**
 * One name, value, or half of a Basic credential (RFC 6749 §2.3.1 and Appendix B).
 *
 * @throws {OAuthError} `invalid_request`: not percent-encoded UTF-8, or with a control character.
 */
export function decodeFormText(encoded: string): string {
  let text: string;
  try {
    // Throws for what is not UTF-8, where URLSearchParams would put U+FFFD.
    text = decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (cause) {
    throw malformed(cause);
  }
  if (hasControlCharacter(text)) throw malformed();
  return text;
}

/** NUL cannot be stored, line breaks split headers and log lines; no parameter needs any. */
function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function malformed(cause?: unknown): OAuthError {
  return new OAuthError('invalid_request', 'The parameters are not well encoded', { cause });
}
