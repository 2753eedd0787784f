import { describe, expect, it } from '@jest/globals';
import { callBuckets } from './call-rates.js';

const realm = { orgId: '0192f0c1-0000-7000-8000-000000000001', mode: 'live' } as const;
const job = { clientId: 'nma_live_job', subject: 'nma_live_job' };
const keys = (of = realm as Parameters<typeof callBuckets>[0], caller = job): string[] =>
  callBuckets(of, caller).map(({ key }) => key);

describe('the buckets of a call', () => {
  it('are of the caller and of its realm', () => {
    expect(new Set(keys()).size).toBe(2);
  });

  it('share the realm alone with another application, and with its users', () => {
    for (const other of [
      { clientId: 'nma_live_other', subject: 'nma_live_other' },
      { clientId: 'nma_live_job', subject: 'ada' },
    ]) {
      const [caller, ofRealm] = keys(realm, other);
      expect(caller).not.toBe(keys()[0]);
      expect(ofRealm).toBe(keys()[1]);
    }
  });

  it('share nothing with another mode or organization', () => {
    for (const other of [{ ...realm, mode: 'test' } as const, { ...realm, orgId: 'other' }]) {
      expect(keys(other).filter((key) => keys().includes(key))).toEqual([]);
    }
  });
});
