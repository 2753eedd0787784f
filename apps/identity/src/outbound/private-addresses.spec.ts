import { describe, expect, it } from '@jest/globals';
import { isPrivateAddress } from './private-addresses.js';

describe('an address that is called for others', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.0.1',
    '169.254.169.254',
    '100.100.100.200',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
    'fec0::1',
    '5f00::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00:ec2::254',
    'fe80::1',
    'localhost',
    '',
  ])('is not %j', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['1.1.1.1', '172.32.0.1', '2606:4700:4700::1111'])('may be %s', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});
