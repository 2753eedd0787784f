import { createHash, generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { InvalidArgument } from './errors.js';
import {
  canonicalJson,
  chainHash,
  chainStart,
  parseJson,
  signCheckpoint,
  verifyChain,
  verifyCheckpoint,
  type ChainLink,
  type JsonValue,
} from './hash-chain.js';

const text = (value: JsonValue) => Buffer.from(canonicalJson(value)).toString('utf8');

describe('canonicalJson', () => {
  it('writes the example of RFC 8785, section 3.2.4, byte for byte', () => {
    const input: unknown = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/",' +
        '"literals":[null,true,false]}',
    );
    expect(Buffer.from(canonicalJson(input as JsonValue)).toString('hex')).toBe(
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a' +
        '5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d3237' +
        '5d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d',
    );
  });

  it('sorts as the example of RFC 8785, section 3.2.3', () => {
    const sorted = text({
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    });
    expect(Object.values(JSON.parse(sorted) as object)).toHaveLength(7);
    expect(sorted.match(/(?<=:")[^"]+/gu)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it('writes weird.json of the RFC’s author', () => {
    // cyberphone/json-canonicalization, testdata/input and output/weird.json @77917fb
    const input: unknown = JSON.parse(
      '{"\\u20ac":"Euro Sign","1":"One","\\u0080":"Control\\u007f","\\ud83d\\ude02":"Smiley",' +
        '"\\u00f6":"Latin Small Letter O With Diaeresis",' +
        '"\\ufb33":"Hebrew Letter Dalet With Dagesh","</script>":"Browser Challenge"}',
    );
    expect(text(input as JsonValue)).toBe(
      '{"1":"One","</script>":"Browser Challenge","\u0080":"Control\u007f",' +
        '"ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley",' +
        '"\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it('escapes of a text what RFC 8785, section 3.2.2.2, names, and nothing else', () => {
    const all = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code)).join('');
    const short: Record<string, string> = {
      '\b': '\\b',
      '\t': '\\t',
      '\n': '\\n',
      '\f': '\\f',
      '\r': '\\r',
      '"': '\\"',
      '\\': '\\\\',
    };
    const expected = Array.from(all, (character) => {
      const code = character.charCodeAt(0);
      const long = `\\u${code.toString(16).padStart(4, '0')}`;
      return short[character] ?? (code < 0x20 ? long : character);
    });
    expect(text(all)).toBe(`"${expected.join('')}"`);
    expect(text('\u2028\u2029\ufeff\u{1f600}/')).toBe('"\u2028\u2029\ufeff\u{1f600}/"');
    expect(text(-0)).toBe('0');
  });

  // RFC 8785, appendix B.
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number %s as %s', (bits, expected) => {
    expect(text(Buffer.from(bits, 'hex').readDoubleBE())).toBe(expected);
  });

  it('is JSON of the same value, and the same bytes whatever the order of properties', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = text(value as JsonValue);
        const again = parseJson(once);
        expect(text(again)).toBe(once);
        expect(again).toEqual(parseJson(JSON.stringify(value)));
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          expect(text(Object.fromEntries(Object.entries(value).reverse()) as JsonValue)).toBe(
            once,
          );
        }
      }),
    );
  });

  it('keeps a property that is called __proto__', () => {
    expect(text(JSON.parse('{"__proto__":1,"a":2}') as JsonValue)).toBe(
      '{"__proto__":1,"a":2}',
    );
    expect(text(Object.assign(Object.create(null) as object, { a: 1 }))).toBe('{"a":1}');
  });

  it.each([
    ['undefined', undefined],
    ['a property that is undefined', { a: undefined }],
    ['a hole', new Array(1)],
    ['NaN', NaN],
    ['an infinite number', [Infinity]],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a Date', new Date()],
    ['a Map', new Map()],
    ['bytes', new Uint8Array(1)],
    ['a boxed text', Object('a')],
    ['an instance', new URL('http://localhost')],
    ['an object on another', Object.create({ a: 1 })],
    ['an object on one that looks like Object', Object.create({ hasOwnProperty: 1 })],
    ['an object on one without a prototype', Object.create(Object.create(null) as object)],
    ['a lone surrogate', '\ud800'],
    ['a name with a lone surrogate', { '\udc00': 1 }],
  ])('refuses %s', (_, value) => {
    expect(() => canonicalJson(value as JsonValue)).toThrow(InvalidArgument);
  });

  it('refuses a cycle, and what is too deep, before the stack ends', () => {
    const cycle: JsonValue[] = [];
    cycle.push(cycle);
    expect(() => canonicalJson(cycle)).toThrow(InvalidArgument);
    const nested = (levels: number) =>
      JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as JsonValue;
    expect(text(nested(201))).toHaveLength(402);
    expect(() => canonicalJson(nested(202))).toThrow(InvalidArgument);
    const objects = (levels: number) =>
      JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels)) as JsonValue;
    expect(text(objects(200))).toHaveLength(200 * 6 + 1);
    expect(() => canonicalJson(objects(201))).toThrow(InvalidArgument);
  });
});

function chainOf(entries: readonly JsonValue[], previous = chainStart()): ChainLink[] {
  let head = previous;
  return entries.map((entry) => {
    head = chainHash(head, entry);
    return { entry, hash: head };
  });
}

const entries = Array.from({ length: 6 }, (_, seq) => ({ seq, action: `user.${seq}` }));
const links = chainOf(entries);
const headAt = (size: number) => links[size - 1]?.hash ?? chainStart();

describe('chainHash', () => {
  it('is SHA-256 of the previous hash and the canonical bytes', () => {
    const expected = createHash('sha256')
      .update(Buffer.alloc(32))
      .update('{"a":1,"b":"é"}')
      .digest();
    expect(chainHash(chainStart(), { b: 'é', a: 1 })).toEqual(expected);
    expect(chainHash(chainStart(), Buffer.from('{"a":1,"b":"é"}'))).toEqual(expected);
  });

  it('refuses a previous hash that is none', () => {
    expect(() => chainHash(new Uint8Array(31), {})).toThrow(InvalidArgument);
    for (const wrong of ['0'.repeat(32), new ArrayBuffer(32), new Uint16Array(16)]) {
      expect(() => chainHash(wrong as unknown as Uint8Array, {})).toThrow(InvalidArgument);
    }
  });
});

describe('verifyChain', () => {
  it('accepts a whole chain, an empty one, and one from its middle on', () => {
    expect(verifyChain(links)).toEqual({ valid: true, head: headAt(6), size: 6 });
    expect(verifyChain([])).toEqual({ valid: true, head: chainStart(), size: 0 });
    const rest = { previous: headAt(2), firstIndex: 2 };
    expect(verifyChain(links.slice(2), rest)).toEqual({
      valid: true,
      head: headAt(6),
      size: 6,
    });
    const stored = links.map(({ entry, hash }) => ({
      entry: canonicalJson(entry as JsonValue),
      hash,
    }));
    expect(verifyChain(stored).valid).toBe(true);
  });

  it('names the first entry that was changed, removed, added or moved', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5 }), fc.nat({ max: 255 }), (index, bit) => {
        const at = (changed: ChainLink[]) => verifyChain(changed);
        const wrong = { valid: false, index, reason: 'hash_mismatch' };
        const entry = { seq: index, action: 'forged' };
        expect(at(links.with(index, { entry, hash: headAt(index + 1) }))).toEqual(wrong);
        const hash = Uint8Array.from(headAt(index + 1));
        hash[bit >> 3] = (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(at(links.with(index, { entry: entries[index] ?? null, hash }))).toEqual(wrong);
        expect(at(links.toSpliced(index, 0, { entry, hash }))).toEqual(wrong);
        if (index < 5) {
          expect(at(links.toSpliced(index, 1))).toEqual(wrong);
          const [a, b] = [links[index], links[index + 1]];
          if (a !== undefined && b !== undefined) {
            expect(at(links.toSpliced(index, 2, b, a))).toEqual(wrong);
          }
        }
      }),
    );
    expect(verifyChain(links.slice(3), { previous: headAt(2), firstIndex: 2 })).toMatchObject({
      index: 2,
    });
  });

  it('sees by a checkpoint a tail cut off, and a chain that was computed anew', () => {
    const checkpoints = [4, 6].map((size) => ({ size, head: headAt(size) }));
    expect(verifyChain(links, { checkpoints }).valid).toBe(true);
    expect(verifyChain(links.slice(0, 5), { checkpoints })).toEqual({
      valid: false,
      index: 5,
      reason: 'cut_short',
    });
    const forged = chainOf(entries.with(1, { seq: 1, action: 'forged' }));
    expect(verifyChain(forged).valid).toBe(true);
    expect(verifyChain(forged, { checkpoints })).toEqual({
      valid: false,
      index: 3,
      reason: 'checkpoint_mismatch',
    });
    const past = { previous: headAt(5), firstIndex: 5, checkpoints };
    expect(verifyChain(links.slice(5), past).valid).toBe(true);
  });

  it('refuses a beginning that is none', () => {
    for (const wrong of [
      { previous: new Uint8Array(3) },
      { firstIndex: -1 },
      { firstIndex: 0.5 },
    ]) {
      expect(() => verifyChain(links, wrong)).toThrow(InvalidArgument);
      expect(() => verifyChain([], wrong)).toThrow(InvalidArgument);
    }
  });
});

describe('a checkpoint', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const statement = {
    chain: 'org_1',
    size: 6,
    head: headAt(6),
    at: new Date('2026-03-01T12:00:00Z'),
  };
  const checkpoint = signCheckpoint(privateKey, statement);

  it('is read back by the public key, through JSON too', () => {
    const expected = { ...statement, head: Buffer.from(statement.head) };
    expect(verifyCheckpoint(publicKey, checkpoint)).toEqual(expected);
    expect(verifyCheckpoint(publicKey, JSON.parse(JSON.stringify(checkpoint)))).toEqual(
      expected,
    );
    const empty = { ...statement, size: 0, head: chainStart() };
    expect(verifyCheckpoint(publicKey, signCheckpoint(privateKey, empty))?.size).toBe(0);
  });

  it('is refused with any of its parts changed', () => {
    const { signature, ...rest } = checkpoint;
    for (const changed of [
      { ...checkpoint, chain: 'org_2' },
      { ...checkpoint, size: 5 },
      { ...checkpoint, head: Buffer.from(headAt(5)).toString('hex') },
      { ...checkpoint, head: checkpoint.head.toUpperCase() },
      { ...checkpoint, at: '2026-03-01T12:00:00.001Z' },
      { ...checkpoint, signature: `${signature}=` },
      { ...checkpoint, signature: '' },
      rest,
      { ...checkpoint, chain: '\ud800' },
      { ...checkpoint, size: '6' },
      { ...checkpoint, size: -1 },
      { ...checkpoint, size: 1e300 },
      null,
      'checkpoint',
      {},
      [],
    ]) {
      expect(verifyCheckpoint(publicKey, changed)).toBeUndefined();
    }
    for (let bit = 0; bit < signature.length * 8; bit += 1) {
      const at = bit >> 3;
      const flipped = String.fromCharCode(signature.charCodeAt(at) ^ (1 << (bit & 7)));
      const forged = signature.slice(0, at) + flipped + signature.slice(at + 1);
      expect(verifyCheckpoint(publicKey, { ...checkpoint, signature: forged })).toBeUndefined();
    }
    const other = generateKeyPairSync('ed25519');
    expect(verifyCheckpoint(other.publicKey, checkpoint)).toBeUndefined();
  });

  it('wants an Ed25519 key of the right half, and a statement', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    for (const key of [publicKey, rsa.privateKey]) {
      expect(() => signCheckpoint(key, statement)).toThrow(InvalidArgument);
    }
    for (const key of [privateKey, rsa.publicKey]) {
      expect(() => verifyCheckpoint(key, checkpoint)).toThrow(InvalidArgument);
    }
    for (const wrong of [
      { size: -1 },
      { size: 1.5 },
      { head: new Uint8Array(31) },
      { at: new Date(NaN) },
      { chain: '\ud800' },
    ]) {
      expect(() => signCheckpoint(privateKey, { ...statement, ...wrong })).toThrow(
        InvalidArgument,
      );
    }
  });
});
