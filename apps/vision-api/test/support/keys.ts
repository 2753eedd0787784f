import { crc32 } from 'node:zlib';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A well-formed key with the id of one key and the secret of another, checksum and all. */
export function forgeKey(id: string, keyWithSecret: string): string {
  const secret = keyWithSecret.slice(keyWithSecret.indexOf('.') + 1, -6);
  const unchecked = `${id}.${secret}`;
  let checksum = '';
  for (let rest = crc32(unchecked), digit = 0; digit < 6; digit += 1) {
    checksum = BASE62.charAt(rest % 62) + checksum;
    rest = Math.floor(rest / 62);
  }
  return unchecked + checksum;
}
