import { isIPv6 } from 'node:net';

/** Groups of 16 bits that a site is given: a /64 (RFC 4291, section 2.5.4). */
const GROUPS_OF_A_SITE = 4;
const GROUPS = 8;

/** An IPv4 address as a socket for both families says it (RFC 4291, section 2.5.5.2). */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * What counts as one place: an IPv4 address, or the network of an IPv6 address, within which
 * addresses cost nothing to change.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [bare = ''] = address.split('%');
  const [before = '', after] = bare.split('::');
  const groups = before === '' ? [] : before.split(':');
  if (after !== undefined) {
    const tail = after === '' ? [] : after.split(':');
    while (groups.length + tail.length < GROUPS) groups.push('0');
    groups.push(...tail);
  }
  return groups
    .slice(0, GROUPS_OF_A_SITE)
    .map((group) => group.replace(/^0+(?=.)/, '').toLowerCase())
    .join(':');
}
