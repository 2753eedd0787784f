import { describe, expect, it } from '@jest/globals';
import { signInBuckets } from './buckets.js';

const realm = { orgId: '0192f0c1-0000-7000-8000-000000000001', mode: 'live' } as const;
const attempt = { realm, address: 'ada@example.com', ip: '192.0.2.1', knownDevice: undefined };
const keys = (change: Partial<Parameters<typeof signInBuckets>[0]> = {}): string[] => {
  const { ofAccount, others } = signInBuckets({ ...attempt, ...change });
  return [...ofAccount, ...others].map(({ key }) => key);
};

describe('the buckets of a sign-in', () => {
  it('are of the address here, the address, the place and the organization', () => {
    expect(keys()).toHaveLength(4);
    expect(new Set(keys()).size).toBe(4);
  });

  it('share the address alone with another place, and the place alone with another address', () => {
    const [, address, place, organization] = keys();
    expect(keys({ ip: '192.0.2.2' })).toEqual(expect.arrayContaining([address, organization]));
    expect(keys({ ip: '192.0.2.2' })).not.toContain(place);
    expect(keys({ address: 'bob@example.com' })).toContain(place);
    expect(keys({ address: 'bob@example.com' })).not.toContain(address);
  });

  it('are nobody else’s in another organization or mode', () => {
    for (const other of [{ ...realm, mode: 'test' } as const, { ...realm, orgId: 'other' }]) {
      expect(keys({ realm: other }).filter((key) => keys().includes(key))).toEqual([]);
    }
  });

  it('count a whole network of IPv6 as one place', () => {
    expect(keys({ ip: '2001:db8:1:2::1' })).toEqual(keys({ ip: '2001:db8:1:2:ffff::9' }));
    expect(keys({ ip: '2001:db8:1:3::1' })).not.toEqual(keys({ ip: '2001:db8:1:2::1' }));
  });

  it('leave a known browser to itself', () => {
    const known = keys({ knownDevice: 'one' });
    expect(known.filter((key) => keys().includes(key))).toEqual([]);
    expect(keys({ knownDevice: 'two' })[0]).not.toBe(known[0]);
    expect(keys({ knownDevice: 'one', ip: '198.51.100.7' })).toEqual(known);
  });

  it('count all known browsers of an address together, too', () => {
    const [, all] = keys({ knownDevice: 'one' });
    expect(keys({ knownDevice: 'two' })[1]).toBe(all);
    expect(keys({ knownDevice: 'one', address: 'bob@example.com' })).not.toContain(all);
  });

  it('hold no address in their names', () => {
    expect(keys().join()).not.toContain('ada');
    expect(keys().join()).not.toContain('192.0.2');
  });
});
