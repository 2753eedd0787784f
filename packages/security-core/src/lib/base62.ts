/** The digits in the order that GitHub's token checksums use. */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const base = 62n;

/** `value` in base 62, with leading zeros up to `length` digits. */
export function base62(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; rest > 0n; rest /= base) {
    text = digits.charAt(Number(rest % base)) + text;
  }
  return text.padStart(length, '0');
}
