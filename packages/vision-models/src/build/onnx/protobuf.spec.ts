import { describe, expect, it } from '@jest/globals';
import { ProtobufWriter } from './protobuf.ts';

const hex = (writer: ProtobufWriter) => Buffer.from(writer.finish()).toString('hex');

// The examples of https://protobuf.dev/programming-guides/encoding
describe('ProtobufWriter', () => {
  it('writes a varint field', () => {
    expect(hex(new ProtobufWriter().integer(1, 150))).toBe('089601');
  });

  it('writes a string field', () => {
    expect(hex(new ProtobufWriter().string(2, 'testing'))).toBe('120774657374696e67');
  });

  it('writes a message inside a message', () => {
    const inner = new ProtobufWriter().integer(1, 150);
    expect(hex(new ProtobufWriter().message(3, inner))).toBe('1a03089601');
  });

  it('writes negative integers in ten bytes', () => {
    expect(hex(new ProtobufWriter().integer(1, -2))).toBe('08feffffffffffffffff01');
  });

  it('writes field numbers above 15 and floats', () => {
    expect(hex(new ProtobufWriter().float(20, 1))).toBe('a5010000803f');
  });
});
