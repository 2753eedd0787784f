import { describe, expect, it } from '@jest/globals';
import { networkOf } from './network-of.js';

describe('the network of an address', () => {
  it.each(['192.0.2.7', 'unknown', ''])('is the address itself for %p', (address) => {
    expect(networkOf(address)).toBe(address);
  });

  it.each(['::ffff:192.0.2.7', '::FFFF:192.0.2.7'])(
    'is the IPv4 address that %s stands for',
    (address) => {
      expect(networkOf(address)).toBe('192.0.2.7');
    },
  );

  it.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:1:2::ffff', '2001:db8:1:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
    ['1::', '1:0:0:0'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is another one for another site', () => {
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
  });
});
