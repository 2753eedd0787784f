import * as crypto from 'node:crypto';

import { beforeEach, expect, it, jest } from '@jest/globals';

const starts: Buffer[] = [];
const randomBytes = jest.fn((length: number) => starts.shift() ?? crypto.randomBytes(length));
jest.unstable_mockModule('node:crypto', () => ({ ...crypto, randomBytes }));

const { xaes256Gcm } = await import('../aead.js');
const { XaesKey } = await import('./xaes-key.js');
const { XaesSealer } = await import('./xaes-sealer.js');

const key = Buffer.alloc(32, 7);
const associatedData = Buffer.from('where it belongs');
const plaintext = Buffer.from('text');

function seal(sealer: InstanceType<typeof XaesSealer>): { nonce: Buffer; sealed: Buffer } {
  const [nonce = Buffer.alloc(0), ...sealed] = sealer.seal(plaintext, associatedData);
  return { nonce: Buffer.from(nonce), sealed: Buffer.concat(sealed) };
}

beforeEach(() => {
  starts.length = 0;
  randomBytes.mockClear();
});

it('seals what anybody opens who knows the nonce', () => {
  const sealer = new XaesSealer(new XaesKey(key));
  for (let turn = 0; turn < 600; turn += 1) {
    const { nonce, sealed } = seal(sealer);
    expect(xaes256Gcm.open(sealed, { key, nonce, associatedData })).toEqual(plaintext);
  }
});

it('never has the same nonce twice, and begins anew after 256', () => {
  const sealer = new XaesSealer(new XaesKey(key));
  const nonces = Array.from({ length: 1_000 }, () => seal(sealer).nonce.toString('hex'));
  expect(new Set(nonces).size).toBe(1_000);
  expect(new Set(nonces.map((nonce) => nonce.slice(0, 24))).size).toBe(4);
  expect(randomBytes).toHaveBeenCalledTimes(4);
  expect(nonces[0]?.slice(0, 24)).toBe(nonces[255]?.slice(0, 24));
  expect(nonces[255]?.slice(0, 24)).not.toBe(nonces[256]?.slice(0, 24));
});

it('counts on where four bytes are full', () => {
  const start = Buffer.alloc(24, 1);
  start.writeUInt32BE(2 ** 32 - 2, 20);
  starts.push(start);
  const sealer = new XaesSealer(new XaesKey(key));
  const ends = Array.from({ length: 3 }, () => seal(sealer).nonce.toString('hex').slice(24));
  expect(ends).toEqual(
    ['ffffffff', '00000000', '00000001'].map((end) => `${'01'.repeat(8)}${end}`),
  );
});

it('counts a message that it refuses', () => {
  const sealer = new XaesSealer(new XaesKey(key));
  const { nonce } = seal(sealer);
  // Callers without types send anything.
  expect(() => sealer.seal('text' as unknown as Uint8Array, associatedData)).toThrow();
  const after = seal(sealer).nonce;
  expect(after.readUInt32BE(20)).toBe((nonce.readUInt32BE(20) + 2) % 2 ** 32);
});

it('derives another key after it was wiped', () => {
  const xaes = new XaesKey(key);
  const derive = jest.spyOn(xaes, 'derive');
  const sealer = new XaesSealer(xaes);
  seal(sealer);
  seal(sealer);
  expect(derive).toHaveBeenCalledTimes(1);
  sealer.wipe();
  seal(sealer);
  expect(derive).toHaveBeenCalledTimes(2);
});
