import { createCipheriv, createHash, randomBytes } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { aes256Gcm, xaes256Gcm, type Aead } from './aead.js';
import { InauthenticBox, InvalidArgument } from './errors.js';

const hex = (text: string) => Buffer.from(text, 'hex');
const ascii = (text: string) => Buffer.from(text, 'latin1');

interface Vector {
  readonly key: string;
  readonly nonce: string;
  readonly plaintext: string;
  readonly associatedData: string;
  readonly sealed: string;
}

/**
 * The AES-256 test cases of "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega,
 * appendix B: 13 to 16, those with nonces of 96 bits.
 */
const key256 = 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308';
const plaintext64 =
  'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72' +
  '1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255';
const ciphertext64 =
  '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa' +
  '8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad';
const gcmVectors: Record<string, Vector> = {
  '13': {
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    plaintext: '',
    associatedData: '',
    sealed: '530f8afbc74536b9a963b4f1c4cb738b',
  },
  '14': {
    key: '00'.repeat(32),
    nonce: '00'.repeat(12),
    plaintext: '00'.repeat(16),
    associatedData: '',
    sealed: 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
  },
  '15': {
    key: key256,
    nonce: 'cafebabefacedbaddecaf888',
    plaintext: plaintext64,
    associatedData: '',
    sealed: `${ciphertext64}b094dac5d93471bdec1a502270e3cc6c`,
  },
  '16': {
    key: key256,
    nonce: 'cafebabefacedbaddecaf888',
    plaintext: plaintext64.slice(0, 120),
    associatedData: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
    sealed: `${ciphertext64.slice(0, 120)}76fc6ece0f4e1768cddf8853bb2d551b`,
  },
};

/** C2SP/C2SP, XAES-256-GCM.md @03ad744: both cases, whose keys take either way of doubling. */
const xaesVectors: Record<string, Vector> = {
  'MSB of L is 0': {
    key: '01'.repeat(32),
    nonce: ascii('ABCDEFGHIJKLMNOPQRSTUVWX').toString('hex'),
    plaintext: ascii('XAES-256-GCM').toString('hex'),
    associatedData: '',
    sealed: 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271',
  },
  'MSB of L is 1': {
    key: '03'.repeat(32),
    nonce: ascii('ABCDEFGHIJKLMNOPQRSTUVWX').toString('hex'),
    plaintext: ascii('XAES-256-GCM').toString('hex'),
    associatedData: ascii('c2sp.org/XAES-256-GCM').toString('hex'),
    sealed: '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d',
  },
};

describe.each([
  ['AES-256-GCM, the specification, case', aes256Gcm, gcmVectors],
  ['XAES-256-GCM, C2SP,', xaes256Gcm, xaesVectors],
] as const)('%s', (_, aead, vectors) => {
  it.each(Object.entries(vectors))('%s', (_name, vector) => {
    const input = {
      key: hex(vector.key),
      nonce: hex(vector.nonce),
      associatedData: hex(vector.associatedData),
    };
    const sealed = aead.seal(hex(vector.plaintext), input);
    expect(Buffer.from(sealed).toString('hex')).toBe(vector.sealed);
    expect(Buffer.from(aead.open(sealed, input)).toString('hex')).toBe(vector.plaintext);
  });
});

describe('AES-256-GCM', () => {
  // Cases 17 and 18 of the same appendix, with nonces of 64 and of 480 bits.
  it.each([
    ['17', 'cafebabefacedbad'],
    [
      '18',
      '9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728' +
        'c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b',
    ],
  ])('refuses the nonce of case %s', (_, nonce) => {
    const input = { key: hex(key256), nonce: hex(nonce) };
    expect(() => aes256Gcm.seal(hex(plaintext64), input)).toThrow(InvalidArgument);
    expect(() => aes256Gcm.open(hex(ciphertext64), input)).toThrow(InvalidArgument);
  });

  it('is what node:crypto computes, for nothing, for associated data alone, and for much', () => {
    for (const [length, aadLength] of [
      [0, 0],
      [0, 1_000],
      [8 * 1024 * 1024 + 1, 100_000],
    ] as const) {
      const [key, nonce] = [randomBytes(32), randomBytes(12)];
      const [plaintext, associatedData] = [randomBytes(length), randomBytes(aadLength)];
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData);
      const expected = Buffer.concat([
        cipher.update(plaintext),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      const sealed = aes256Gcm.seal(plaintext, { key, nonce, associatedData });
      expect(Buffer.compare(sealed, expected)).toBe(0);
      const opened = aes256Gcm.open(sealed, { key, nonce, associatedData });
      expect(Buffer.compare(opened, plaintext)).toBe(0);
    }
  });
});

describe('XAES-256-GCM', () => {
  it('has the accumulated hash of 10,000 random cases', () => {
    // C2SP/C2SP, XAES-256-GCM.md @03ad744: inputs read from SHAKE128 of nothing, outputs
    // written to another.
    const rounds = 10_000;
    const most = rounds * (32 + 24 + 1 + 255 + 1 + 255);
    const stream = createHash('shake128', { outputLength: most }).digest();
    const outputs = createHash('shake128', { outputLength: 32 });
    let position = 0;
    const read = (length: number): Buffer => stream.subarray(position, (position += length));
    for (let round = 0; round < rounds; round += 1) {
      const [key, nonce] = [read(32), read(24)];
      const plaintext = read(read(1).readUInt8());
      const associatedData = read(read(1).readUInt8());
      const sealed = xaes256Gcm.seal(plaintext, { key, nonce, associatedData });
      outputs.update(sealed);
      expect(xaes256Gcm.open(sealed, { key, nonce, associatedData }).length).toBe(
        plaintext.length,
      );
    }
    expect(outputs.digest('hex')).toBe(
      'e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939',
    );
  });
});

describe.each<[string, Aead]>([
  ['aes-256-gcm', aes256Gcm],
  ['xaes-256-gcm', xaes256Gcm],
])('%s', (name, aead) => {
  const inputs = fc.record({
    key: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    nonce: fc.uint8Array({ minLength: aead.nonceBytes, maxLength: aead.nonceBytes }),
    associatedData: fc.uint8Array(),
  });

  it('opens what it sealed, and nothing that differs by a bit', () => {
    expect(aead.name).toBe(name);
    fc.assert(
      fc.property(fc.uint8Array(), inputs, fc.nat(), (plaintext, input, choice) => {
        const sealed = aead.seal(plaintext, input);
        expect(sealed.length).toBe(plaintext.length + 16);
        expect(Buffer.from(aead.open(sealed, input)).equals(plaintext)).toBe(true);
        const parts = [sealed, input.key, input.nonce, input.associatedData];
        for (const part of parts.filter(({ length }) => length > 0)) {
          const at = (choice >> 3) % part.length;
          const bit = 1 << (choice & 7);
          part[at] = (part[at] ?? 0) ^ bit;
          expect(() => aead.open(sealed, input)).toThrow(InauthenticBox);
          part[at] = (part[at] ?? 0) ^ bit;
        }
      }),
    );
  });

  it('takes absent associated data for empty', () => {
    const input = { key: Buffer.alloc(32, 1), nonce: Buffer.alloc(aead.nonceBytes, 2) };
    const sealed = aead.seal(ascii('text'), input);
    const empty = { ...input, associatedData: new Uint8Array() };
    expect(aead.seal(ascii('text'), empty)).toEqual(sealed);
    expect(aead.open(sealed, input)).toEqual(ascii('text'));
  });

  it('opens no shortened tag, though its beginning is right', () => {
    const input = { key: Buffer.alloc(32, 1), nonce: Buffer.alloc(aead.nonceBytes, 2) };
    const sealed = aead.seal(new Uint8Array(), input);
    for (let length = 0; length < 16; length += 1) {
      expect(() => aead.open(sealed.subarray(0, length), input)).toThrow(InauthenticBox);
    }
    expect(() => aead.open(Buffer.concat([sealed, Buffer.of(0)]), input)).toThrow(
      InauthenticBox,
    );
  });

  it('refuses keys and nonces of any other length, and what is not bytes', () => {
    const right = { key: new Uint8Array(32), nonce: new Uint8Array(aead.nonceBytes) };
    const sealed = aead.seal(new Uint8Array(), right);
    for (const wrong of [
      { key: new Uint8Array(16) },
      { key: new Uint8Array(31) },
      { key: new Uint8Array(33) },
      { key: 'k'.repeat(32) as unknown as Uint8Array },
      { nonce: new Uint8Array(aead.nonceBytes - 1) },
      { nonce: new Uint8Array(aead.nonceBytes + 1) },
      { nonce: new Uint8Array(0) },
      { nonce: new Uint8Array(aead.nonceBytes === 12 ? 24 : 12) },
    ]) {
      expect(() => aead.seal(new Uint8Array(), { ...right, ...wrong })).toThrow(
        InvalidArgument,
      );
      expect(() => aead.open(sealed, { ...right, ...wrong })).toThrow(InvalidArgument);
    }
    // Of the right length, and still no bytes.
    for (const part of ['key', 'nonce'] as const) {
      const { buffer, byteLength } = right[part];
      for (const other of [buffer, new DataView(buffer), new Uint16Array(byteLength / 2)]) {
        const wrong = { ...right, [part]: other as unknown as Uint8Array };
        expect(() => aead.seal(new Uint8Array(), wrong)).toThrow(InvalidArgument);
        expect(() => aead.open(sealed, wrong)).toThrow(InvalidArgument);
      }
    }
    expect(() => aead.seal('text' as unknown as Uint8Array, right)).toThrow(InvalidArgument);
    expect(() => aead.open('text' as unknown as Uint8Array, right)).toThrow(InvalidArgument);
  });
});
