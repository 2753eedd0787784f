import { describe, expect, it } from '@jest/globals';
import { FlatBufferReader } from './flatbuffer.ts';

/** A root table at 16 with an integer, a vector of three integers and an absent field. */
function example(): FlatBufferReader {
  const bytes = new Uint8Array(47);
  // Somewhere inside a larger buffer, as in a file with something before it.
  const view = new DataView(bytes.buffer, 3);
  view.setUint32(0, 16, true);
  view.setUint16(4, 10, true);
  view.setUint16(6, 12, true);
  view.setUint16(8, 4, true);
  view.setUint16(10, 8, true);
  view.setInt32(16, 12, true);
  view.setInt32(20, -7, true);
  view.setUint32(24, 4, true);
  view.setUint32(28, 3, true);
  for (const [index, value] of [1, -2, 3].entries()) view.setInt32(32 + index * 4, value, true);
  return new FlatBufferReader(bytes.subarray(3));
}

describe('FlatBufferReader', () => {
  it('reads fields, and defaults of those that are absent', () => {
    const reader = example();
    expect(reader.int32(reader.root, 0)).toBe(-7);
    expect(reader.int8(reader.root, 0)).toBe(-7);
    expect(reader.int32(reader.root, 2, 5)).toBe(5);
    // Beyond what the writer knew of.
    expect(reader.int32(reader.root, 9, 6)).toBe(6);
    expect(reader.table(reader.root, 2)).toBeUndefined();
  });

  it('reads vectors', () => {
    const reader = example();
    expect(reader.int32s(reader.root, 1)).toEqual([1, -2, 3]);
    expect(reader.bytes(reader.root, 1)).toEqual(Uint8Array.of(1, 0, 0));
    expect(reader.int32s(reader.root, 2)).toEqual([]);
  });
});
