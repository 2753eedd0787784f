import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeKeyRecord, encodeKeyRecord, type KeyRecord } from './key-record.js';
import { SCOPES } from './scopes.js';

const records: fc.Arbitrary<KeyRecord> = fc.record({
  userId: fc.uuid(),
  secretHash: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  scopes: fc.subarray([...SCOPES]),
  expiresAt: fc.option(fc.date({ noInvalidDate: true }), { nil: undefined }),
});

describe('a key record', () => {
  it('is the same after its way through Redis', () => {
    fc.assert(
      fc.property(records, (record) => {
        const read = decodeKeyRecord(encodeKeyRecord(record));
        expect(read).toEqual({ ...record, secretHash: Buffer.from(record.secretHash) });
      }),
    );
  });

  it.each([
    ['nothing', null],
    ['a tombstone', 'revoked'],
    ['an empty text', ''],
    ['another shape', '["only one field"]'],
    ['wrong types', '[1,2,3,4]'],
    ['half of one', '["u","AAAA",["faces:det'],
    ['an expiry that is no time', '["u","AAAA",["faces:detect"],"2020-01-01"]'],
    ['no expiry at all', '["u","AAAA",["faces:detect"]]'],
  ])('is not read from %s', (_, text) => {
    expect(decodeKeyRecord(text)).toBeUndefined();
  });

  it('gains no scope that this version does not know', () => {
    const text = JSON.stringify(['u', 'AAAA', ['faces:detect', 'admin:everything'], null]);
    expect(decodeKeyRecord(text)?.scopes).toEqual(['faces:detect']);
  });
});
