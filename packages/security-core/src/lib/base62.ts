/** The digits in the order that GitHub's token checksums use. */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `value` in base 62, with leading zeros up to `length` digits. */
export function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= 62n) {
    text = digits.charAt(Number(rest % 62n)) + text;
  }
  return text.padStart(length, '0');
}

/**
 * As `base62`, for 32 bits in the 6 digits they need: a checksum is written for every key that
 * anybody presents, and big integers are slow.
 */
export function base62Uint32(value: number): string {
  let text = '';
  for (let rest = value; text.length < 6; rest = Math.floor(rest / 62)) {
    text = digits.charAt(rest % 62) + text;
  }
  return text;
}
