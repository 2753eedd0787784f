import * as crypto from 'node:crypto';

import { expect, it, jest } from '@jest/globals';

/** What `node:crypto` was given or gave: the very bytes, to be looked at afterwards. */
const keys: Uint8Array[] = [];
const outputs: Buffer[] = [];
const createSecretKey = jest.fn((bytes: Uint8Array) => {
  keys.push(bytes);
  return crypto.createSecretKey(bytes);
});
const createDecipheriv = jest.fn((...input: Parameters<typeof crypto.createDecipheriv>) => {
  const decipher = crypto.createDecipheriv(...input);
  const update = decipher.update.bind(decipher) as (data: Uint8Array) => Buffer;
  jest.spyOn(decipher, 'update').mockImplementation(((data: Uint8Array) => {
    outputs.push(update(data));
    return outputs.at(-1);
  }) as never);
  return decipher;
});
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  createDecipheriv,
  createSecretKey,
}));

const { aes256Gcm, xaes256Gcm } = await import('./aead.js');
const { InauthenticBox } = await import('./errors.js');
const { Secret } = await import('./secret.js');
const { KeyRing } = await import('./secret-box.js');

const zeros = (length: number) => Buffer.alloc(length);

it('the key that XAES derives for a message is wiped, also when the message does not open', () => {
  const input = { key: new Uint8Array(32).fill(1), nonce: new Uint8Array(24).fill(2) };
  const sealed = xaes256Gcm.seal(Buffer.from('text'), input);
  xaes256Gcm.open(sealed, input);
  expect(() => xaes256Gcm.open(zeros(20), input)).toThrow(InauthenticBox);
  expect(() => xaes256Gcm.seal('text' as unknown as Uint8Array, input)).toThrow();
  expect(keys).toHaveLength(4);
  expect(keys.map((key) => Buffer.from(key))).toEqual(Array(4).fill(zeros(32)));
});

it('a plaintext that proves inauthentic is wiped, an authentic one is left', () => {
  outputs.length = 0;
  const input = { key: new Uint8Array(32).fill(1), nonce: new Uint8Array(12).fill(2) };
  const sealed = aes256Gcm.seal(Buffer.from('text'), input);
  expect(Buffer.from(aes256Gcm.open(sealed, input)).toString()).toBe('text');
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  expect(() => aes256Gcm.open(sealed, input)).toThrow(InauthenticBox);
  expect(outputs).toEqual([Buffer.from('text'), zeros(4)]);
});

it('what a ring computed from its keys is wiped with it, and what that was computed from at once', () => {
  const [concat, alloc] = [jest.spyOn(Buffer, 'concat'), jest.spyOn(Buffer, 'alloc')];
  try {
    const key = new Secret<Uint8Array>(new Uint8Array(32).fill(1));
    const ring = new KeyRing([{ id: 'a', key }]);
    const [parts = []] = concat.mock.calls[0] ?? [];
    expect(parts.map((part) => part.some((byte) => byte !== 0))).toEqual([false, false]);
    const template = concat.mock.results[0]?.value as Buffer;
    expect(template.some((byte) => byte !== 0)).toBe(true);
    const scratch = alloc.mock.results.map(({ value }) => value as Buffer);
    scratch.forEach((bytes) => bytes.fill(1));
    ring.wipe();
    expect(template).toEqual(zeros(32));
    expect(scratch.filter(({ byteLength }) => byteLength === 32)).toEqual([zeros(32)]);
  } finally {
    concat.mockRestore();
    alloc.mockRestore();
  }
});
