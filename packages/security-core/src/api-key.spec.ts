import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { crc32 } from 'node:zlib';

import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import {
  apiKeyPattern,
  generateApiKey,
  isApiKeyId,
  parseApiKey,
  verifyApiKey,
  type ApiKeyMode,
  type ParsedApiKey,
} from './api-key.js';
import { InvalidArgument } from './errors.js';
import { base62 } from './lib/base62.js';

const modes = fc.constantFrom<ApiKeyMode>('live', 'test');
const base64url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** What the first 75 characters of a key have to be followed by, computed by zlib. */
function withChecksum(unchecked: string): string {
  return unchecked + base62(BigInt(crc32(unchecked)), 6);
}

function parsed(key: string): ParsedApiKey {
  const result = parseApiKey(key);
  if (result === undefined) {
    throw new Error('The key was expected to be well-formed');
  }
  return result;
}

describe('generateApiKey', () => {
  it('writes this key from these bytes, now and in every later release', () => {
    // Computed apart from this code, with the base64, zlib and integers of Python.
    const { id, mode, key, secretHash } = generateApiKey({
      mode: 'test',
      randomBytes: (size) => new Uint8Array(size).fill(0xab),
    });
    expect(mode).toBe('test');
    expect(id).toBe('nmk_test_5Dw8mHX2wYZfADG6WaEB0l');
    expect(key.reveal()).toBe(
      'nmk_test_5Dw8mHX2wYZfADG6WaEB0l.q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s24hXs0',
    );
    expect(Buffer.from(secretHash).toString('hex')).toBe(
      createHash('sha256').update(Buffer.alloc(32, 0xab)).digest('hex'),
    );
  });

  it('makes keys of one length, one form, and a right checksum', () => {
    fc.assert(
      fc.property(modes, (mode) => {
        const { id, key } = generateApiKey({ mode });
        expect(key.reveal()).toHaveLength(81);
        expect(key.reveal()).toMatch(
          /^nmk_(live|test)_[0-9A-Za-z]{22}\.[\w-]{43}[0-9A-Za-z]{6}$/u,
        );
        expect(key.reveal().startsWith(`${id}.`)).toBe(true);
        expect(withChecksum(key.reveal().slice(0, 75))).toBe(key.reveal());
      }),
    );
  });

  it('never makes two equal ids, secrets or hashes', () => {
    const keys = Array.from({ length: 500 }, () => generateApiKey({ mode: 'live' }));
    expect(new Set(keys.map(({ id }) => id)).size).toBe(500);
    expect(new Set(keys.map(({ key }) => key.reveal().split('.')[1])).size).toBe(500);
    expect(new Set(keys.map(({ secretHash }) => inspect(secretHash))).size).toBe(500);
  });

  it('does not print the key', () => {
    const generated = generateApiKey({ mode: 'live' });
    const secret = generated.key.reveal().slice(32);
    expect(inspect(generated, { depth: null })).not.toContain(secret);
    expect(JSON.stringify(generated)).not.toContain(secret);
  });

  it('leaves the bytes of the random source as they are', () => {
    const source = new Uint8Array(64).fill(7);
    generateApiKey({ mode: 'live', randomBytes: (size) => source.subarray(0, size) });
    expect(source).toEqual(new Uint8Array(64).fill(7));
  });

  it('refuses a mode that does not exist', () => {
    expect(() => generateApiKey({ mode: 'prod' as ApiKeyMode })).toThrow(InvalidArgument);
    expect(() => generateApiKey({ mode: 'liv' as ApiKeyMode })).toThrow(InvalidArgument);
  });

  it('refuses a random source that returns too little', () => {
    expect(() =>
      generateApiKey({ mode: 'live', randomBytes: () => new Uint8Array(8) }),
    ).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
  });
});

describe('parseApiKey', () => {
  it('reads back what was generated', () => {
    fc.assert(
      fc.property(modes, (mode) => {
        const { id, key, secretHash } = generateApiKey({ mode });
        expect(parseApiKey(key.reveal())).toEqual({ id, mode, secretHash });
      }),
    );
  });

  it('refuses any single character changed, removed, added or swapped with its neighbour', () => {
    const key = generateApiKey({ mode: 'live' }).key.reveal();
    const position = fc.nat({ max: key.length - 1 });
    const character = fc.string({ minLength: 1, maxLength: 1 });
    fc.assert(
      fc.property(position, character, (at, other) => {
        const [before, here, next, after] = [
          key.slice(0, at),
          key.charAt(at),
          key.charAt(at + 1),
          key.slice(at + 2),
        ];
        fc.pre(other !== here && next !== here && next !== '');
        expect(parseApiKey(before + other + next + after)).toBeUndefined();
        expect(parseApiKey(before + next + after)).toBeUndefined();
        expect(parseApiKey(before + other + here + next + after)).toBeUndefined();
        expect(parseApiKey(before + next + here + after)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses any single bit flipped', () => {
    const key = generateApiKey({ mode: 'test' }).key.reveal();
    for (let bit = 0; bit < key.length * 16; bit += 1) {
      const at = bit >> 4;
      const flipped = String.fromCharCode(key.charCodeAt(at) ^ (1 << (bit & 15)));
      expect(parseApiKey(key.slice(0, at) + flipped + key.slice(at + 1))).toBeUndefined();
    }
  });

  it('refuses a 43rd digit whose spare bits are set, even under a right checksum', () => {
    const key = generateApiKey({ mode: 'live' }).key.reveal();
    const start = key.slice(0, 74);
    const accepted = Array.from(base64url).filter(
      (digit) => parseApiKey(withChecksum(start + digit)) !== undefined,
    );
    expect(accepted.join('')).toBe('AEIMQUYcgkosw048');
  });

  it.each(['+', '/', '=', ' ', '\n', '\0', 'é', '.'])(
    'refuses %j inside the secret, even under a right checksum',
    (character) => {
      const key = generateApiKey({ mode: 'live' }).key.reveal();
      expect(
        parseApiKey(withChecksum(key.slice(0, 40) + character + key.slice(41, 75))),
      ).toBeUndefined();
    },
  );

  it.each(['nmk_prod_', 'nmk_LIVE_', 'NMK_live_', 'nmx_live_', 'nmk-live_'])(
    'refuses the beginning %s, even under a right checksum',
    (beginning) => {
      const key = generateApiKey({ mode: 'live' }).key.reveal();
      expect(parseApiKey(withChecksum(beginning + key.slice(9, 75)))).toBeUndefined();
    },
  );

  it('refuses whitespace around a key, and a line break behind it', () => {
    const key = generateApiKey({ mode: 'live' }).key.reveal();
    for (const presented of [
      ` ${key}`,
      `${key} `,
      `${key}\n`,
      `\ufeff${key}`,
      `${key}\0`,
      `"${key}"`,
    ]) {
      expect(parseApiKey(presented)).toBeUndefined();
    }
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 12],
    [
      'an object that says it is a key',
      { toString: () => generateApiKey({ mode: 'live' }).key.reveal() },
    ],
    ['a list of two headers', [generateApiKey({ mode: 'live' }).key.reveal()]],
    ['bytes', Buffer.from(generateApiKey({ mode: 'live' }).key.reveal())],
    ['an empty text', ''],
    ['a giant text', 'nmk_live_'.repeat(10_000_000)],
  ])('refuses %s', (_, presented) => {
    expect(parseApiKey(presented)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), (presented) => {
        expect(parseApiKey(presented)).toBeUndefined();
      }),
    );
  });
});

describe('the bytes of a secret', () => {
  it('are wiped when a key has been made and when one has been read', () => {
    const from = jest.spyOn(Buffer, 'from');
    try {
      /** All of 32 bytes that were made but for hashes, which are read as `latin1`. */
      const secrets = (): unknown[] =>
        from.mock.results
          .filter((_, call) => !from.mock.calls[call]?.some((given) => given === 'latin1'))
          .map(({ value }) => value as Buffer)
          .filter(({ length }) => length === 32);
      const key = generateApiKey({ mode: 'live' }).key.reveal();
      expect(secrets()).toEqual([Buffer.alloc(32)]);
      from.mockClear();
      parseApiKey(key);
      expect(secrets()).toEqual([Buffer.alloc(32)]);
    } finally {
      from.mockRestore();
    }
  });
});

describe('verifyApiKey', () => {
  const stored = generateApiKey({ mode: 'live' });

  it('accepts the key that was made', () => {
    expect(verifyApiKey(parsed(stored.key.reveal()), stored.secretHash)).toBe(true);
    expect(verifyApiKey(parsed(stored.key.reveal()), Buffer.from(stored.secretHash))).toBe(
      true,
    );
  });

  it('refuses another secret under the same id', () => {
    const other = generateApiKey({ mode: 'live' }).key.reveal();
    const forged = withChecksum(`${stored.id}.${other.slice(32, 75)}`);
    expect(parsed(forged).id).toBe(stored.id);
    expect(verifyApiKey(parsed(forged), stored.secretHash)).toBe(false);
  });

  it('refuses any single bit flipped in the stored hash', () => {
    const key = parsed(stored.key.reveal());
    for (let bit = 0; bit < 256; bit += 1) {
      const flipped = stored.secretHash.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(verifyApiKey(key, flipped)).toBe(false);
    }
  });

  it('refuses every key whose id is unknown', () => {
    expect(verifyApiKey(parsed(stored.key.reveal()), undefined)).toBe(false);
  });

  it('takes a stored hash of the wrong length for none, and does not throw', () => {
    const key = parsed(stored.key.reveal());
    for (const length of [0, 31, 33, 64]) {
      expect(verifyApiKey(key, new Uint8Array(length))).toBe(false);
    }
    expect(verifyApiKey(key, stored.secretHash.subarray(0, 31))).toBe(false);
  });
});

describe('isApiKeyId', () => {
  it('accepts the ids that are made, and nothing near them', () => {
    const { id, key } = generateApiKey({ mode: 'test' });
    expect(isApiKeyId(id)).toBe(true);
    for (const other of [
      key.reveal(),
      ` ${id}`,
      `${id}\n`,
      id.slice(1),
      id.slice(0, -1),
      `${id}0`,
      id.toUpperCase(),
      `${id.slice(0, -1)}-`,
      '',
      undefined,
      7,
      [id],
    ]) {
      expect(isApiKeyId(other)).toBe(false);
    }
  });
});

describe('apiKeyPattern', () => {
  it('finds a key in the middle of a text, and keeps no state between two searches', () => {
    const key = generateApiKey({ mode: 'live' }).key.reveal();
    const leak = `curl -H "x-api-key: ${key}" https://api.example.com`;
    expect(apiKeyPattern.exec(leak)?.[0]).toBe(key);
    expect(apiKeyPattern.exec(leak)?.[0]).toBe(key);
  });

  it('does not find an id without its secret', () => {
    expect(apiKeyPattern.test(`key ${generateApiKey({ mode: 'live' }).id}.`)).toBe(false);
  });
});
