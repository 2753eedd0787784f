import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { looksLikeOtherMedia, sniffMediaType } from './media-type.js';

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));

describe('sniffMediaType', () => {
  it.each([
    ['\xff\xd8\xff\xe0\0\x10JFIF', 'image/jpeg'],
    ['\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'image/png'],
    ['RIFF\x24\0\0\0WEBPVP8 ', 'image/webp'],
  ])('knows %j', (start, type) => {
    expect(sniffMediaType(bytes(start))).toBe(type);
  });

  it.each([
    ['a signature that does not come first', '<html>\xff\xd8\xff'],
    ['a signature cut short', '\x89PNG\r\n'],
    ['another kind of RIFF', 'RIFF\x24\0\0\0WAVEfmt '],
    ['a PNG whose line end was translated', '\x89PNG\n\x1a\n\0'],
    ['nothing', ''],
  ])('does not take %s', (_, start) => {
    expect(sniffMediaType(bytes(start))).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (any) => {
        sniffMediaType(any);
        looksLikeOtherMedia(any);
      }),
    );
  });
});

describe('looksLikeOtherMedia', () => {
  it.each([
    'GIF89a',
    'BM\x36\0',
    'II*\0',
    'MM\0*',
    '%PDF-1.7',
    '\0\0\0\x1cftypavif',
    '\0\0\0\x18ftypheic',
    '<svg xmlns="http://www.w3.org/2000/svg">',
    '<?xml version="1.0"?>\n<!-- drawn -->\n<svg>',
    '\xef\xbb\xbf <svg>',
  ])('recognises %j as a picture to convert', (start) => {
    expect(looksLikeOtherMedia(bytes(start))).toBe(true);
  });

  it.each(['<html><body><svg', 'plain text', '', '{"image": "<svg"}'])(
    'is not taken in by %j',
    (start) => {
      expect(looksLikeOtherMedia(bytes(start))).toBe(start.startsWith('<html>'));
    },
  );
});
