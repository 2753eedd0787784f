/** How bytes are written as text. */
export type Encoding = 'hex' | 'base64' | 'base64url';

export const encodings: readonly Encoding[] = ['hex', 'base64', 'base64url'];

/**
 * The bytes that `text` stands for, or `undefined` if it is not exactly how we would write
 * them. Lower-case hexadecimal; base64 with padding, base64url without; no white space, no
 * foreign alphabet, no spare bit set. So no two texts are the same bytes, and changing any bit
 * of a text changes what it says.
 */
export function decodeStrictly(text: string, encoding: Encoding): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}

/** As `decodeStrictly` for base64, but with its padding or without: for secrets of our own. */
export function decodeBase64(text: string): Buffer | undefined {
  const quartets = Math.ceil(text.length / 4);
  return decodeStrictly(text.padEnd(quartets * 4, '='), 'base64');
}
