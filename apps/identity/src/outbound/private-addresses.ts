import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * Addresses that are no place on the internet: loopback, private, link-local (with the metadata
 * services of clouds), shared, reserved, multicast. Source: IANA's special-purpose registries.
 */
const privateAddresses = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  // Unspecified, loopback, and IPv4 as it was once written.
  ['::', 96],
  // Ways to write or reach IPv4: translation, 6to4, Teredo.
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['2001::', 32],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  // Site-local, as it was once (RFC 3879).
  ['fec0::', 10],
  // Segment routing (RFC 9602).
  ['5f00::', 16],
  ['ff00::', 8],
] as const) {
  privateAddresses.addSubnet(network, prefix, 'ipv6');
}

/** Whether an address is one that nobody outside may have us call. What is no address counts. */
export function isPrivateAddress(address: string): boolean {
  if (isIP(address) === 0) return true;
  return privateAddresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
