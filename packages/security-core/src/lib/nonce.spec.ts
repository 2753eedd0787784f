import { expect, it } from '@jest/globals';

import { randomNonce } from './nonce.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

it('never hands out the same bytes twice, nor any part of them, whatever lengths are drawn', () => {
  const nonces = Array.from({ length: 2_000 }, (_, turn) => randomNonce(turn % 3 ? 24 : 12));
  expect(nonces.map(({ byteLength }) => byteLength)).toEqual(
    nonces.map((_, turn) => (turn % 3 ? 24 : 12)),
  );
  // In pieces of 6 bytes: two that overlap, or that are one but for their length, share some.
  const pieces = nonces.flatMap((nonce) => hex(nonce).match(/.{12}/gu) ?? []);
  expect(new Set(pieces).size).toBe(pieces.length);
});

it('leaves alone what it has handed out, and is not told by what becomes of it', () => {
  const first = randomNonce(24);
  const copy = hex(first);
  const later = Array.from({ length: 1_000 }, () => randomNonce(24));
  expect(hex(first)).toBe(copy);
  first.fill(0);
  later.forEach((nonce) => nonce.fill(0));
  const fresh = Array.from({ length: 1_000 }, () => randomNonce(24));
  expect(fresh.every((nonce) => nonce.some((byte) => byte !== 0))).toBe(true);
});
