import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deflateSync } from 'node:zlib';
import { animatedPng, chunk, plainPng } from '../../../test/images/broken.js';
import { InvalidImage } from '../../errors.js';
import { withEssentialChunks } from './png-chunks.js';

const form = { bits: 8, colours: 'rgb', fill: 7 } as const;
const data = Buffer.from('data');
const plain = plainPng(80, 80, form);

const withExtra = (...extra: readonly Buffer[]): Buffer => plainPng(80, 80, { ...form, extra });

/** The types of the chunks of a PNG that is well formed. */
function typesOf(png: Uint8Array): string[] {
  const bytes = Buffer.from(png);
  const types: string[] = [];
  for (let at = 8; at < bytes.byteLength; at += 12 + bytes.readUInt32BE(at)) {
    types.push(bytes.toString('latin1', at + 4, at + 8));
  }
  return types;
}

describe('withEssentialChunks', () => {
  it('leaves a plain PNG as it is', () => {
    expect(plain.equals(withEssentialChunks(plain))).toBe(true);
  });

  it.each(['tEXt', 'zTXt', 'iTXt', 'tIME', 'sPLT', 'hIST', 'prVt'])('drops %s', (type) => {
    const chunks = [chunk(type, data), chunk(type, deflateSync(Buffer.alloc(100_000)))];
    expect(plain.equals(withEssentialChunks(withExtra(...chunks)))).toBe(true);
    const after = plainPng(80, 80, { ...form, after: chunks });
    expect(plain.equals(withEssentialChunks(after))).toBe(true);
  });

  it('drops what makes it an animation', () => {
    expect(typesOf(animatedPng())).toContain('fdAT');
    expect(typesOf(withEssentialChunks(animatedPng()))).toEqual(['IHDR', 'IDAT', 'IEND']);
  });

  it.each(['PLTE', 'tRNS', 'sRGB', 'gAMA', 'cHRM', 'iCCP', 'eXIf'])('keeps %s', (type) => {
    const png = withExtra(chunk(type, data));
    expect(png.equals(withEssentialChunks(png))).toBe(true);
  });

  it.each(['sRGB', 'gAMA', 'cHRM', 'iCCP', 'eXIf'])(
    'keeps the first %s only, and none above 64 KiB',
    (type) => {
      const longest = chunk(type, Buffer.alloc(65_536));
      const png = withExtra(
        chunk(type, Buffer.alloc(65_537)),
        longest,
        chunk(type, data),
        chunk(type, data),
      );
      expect(withExtra(longest).equals(withEssentialChunks(png))).toBe(true);
    },
  );

  it('drops what comes after the end', () => {
    const png = Buffer.concat([plain, chunk('zTXt', data), Buffer.from('anything')]);
    expect(plain.equals(withEssentialChunks(png))).toBe(true);
  });

  it('reads a view into a larger buffer', () => {
    const buffer = Buffer.concat([Buffer.alloc(99, 1), withExtra(chunk('tEXt', data))]);
    expect(plain.equals(withEssentialChunks(buffer.subarray(99)))).toBe(true);
  });

  it('refuses one that was cut, wherever', () => {
    const png = withExtra(chunk('tEXt', data));
    for (let length = 8; length < png.byteLength; length += 1) {
      expect(() => withEssentialChunks(png.subarray(0, length))).toThrow(InvalidImage);
    }
  });

  it.each([
    ['is longer than the file', 0x7fffffff],
    ['would be negative', 0xffffffff],
  ])('refuses a chunk whose length %s', (_, length) => {
    const text = chunk('tEXt', data);
    text.writeUInt32BE(length);
    expect(() => withEssentialChunks(withExtra(text))).toThrow(InvalidImage);
  });

  it('refuses a critical chunk that nobody knows', () => {
    expect(() => withEssentialChunks(withExtra(chunk('CgBI', data)))).toThrow(InvalidImage);
  });

  it('answers anything with a PNG of essential chunks, or refuses it', () => {
    const types = fc.constantFrom('IDAT', 'zTXt', 'iCCP', 'eXIf', 'fdAT', 'IEND', 'XXXX');
    const chunks = fc.array(fc.tuple(types, fc.uint8Array({ maxLength: 20 })));
    fc.assert(
      fc.property(chunks, fc.uint8Array({ maxLength: 30 }), (parts, rest) => {
        const body = parts.map(([type, bytes]) => chunk(type, bytes));
        const png = Buffer.concat([plain.subarray(0, 8), ...body, rest]);
        let kept: Uint8Array;
        try {
          kept = withEssentialChunks(png);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidImage);
          return;
        }
        const left = typesOf(kept);
        expect(left.at(-1)).toBe('IEND');
        for (const type of left) expect(['IDAT', 'iCCP', 'eXIf', 'IEND']).toContain(type);
        expect(withEssentialChunks(kept)).toEqual(kept);
      }),
    );
  });
});
