import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';

import { aes256Gcm, xaes256Gcm } from './aead.js';
import { InauthenticBox, InvalidArgument, MalformedBox, UnknownKey } from './errors.js';
import { KeyRing, SecretBox, type BoxContext, type Construction } from './secret-box.js';
import { Secret } from './secret.js';

const text = (value: string) => Buffer.from(value, 'utf8');
const newKey = (id: string, construction?: Construction) => ({
  id,
  key: new Secret(new Uint8Array(randomBytes(32))),
  ...(construction && { construction }),
});
const context = { tenant: 'org_1', table: 'connections', row: '42', column: 'token' };

describe.each<Construction>(['xaes-256-gcm', 'aes-256-gcm'])('a box of %s', (construction) => {
  const ring = new KeyRing([newKey('2026', construction), newKey('2025', construction)]);
  const boxes = new SecretBox(ring);
  const nonceBytes = construction === 'xaes-256-gcm' ? 24 : 12;

  it('opens to what was sealed, whatever that is, and wherever it belongs', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' });
    const contexts = fc.dictionary(name, fc.string({ unit: 'grapheme' }), { minKeys: 1 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), contexts, (plaintext, where) => {
        const box = boxes.seal(plaintext, where);
        expect(box.length).toBe(3 + 4 + nonceBytes + plaintext.length + 16);
        expect(Buffer.from(boxes.open(box, where)).equals(plaintext)).toBe(true);
      }),
    );
  });

  it('opens with no single bit flipped', () => {
    const box = boxes.seal(text('secret'), context);
    for (let bit = 0; bit < box.length * 8; bit += 1) {
      const flipped = Uint8Array.from(box);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => boxes.open(flipped, context)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^ERR_BOX_/u) as unknown }),
      );
    }
    expect(boxes.open(box, context)).toEqual(text('secret'));
  });

  it('opens under no key that differs by a bit, though it has the same id', () => {
    const sealing = newKey('2026', construction);
    const box = new SecretBox(new KeyRing([sealing])).seal(text('secret'), context);
    for (let bit = 0; bit < 256; bit += 1) {
      const flipped = Uint8Array.from(sealing.key.reveal());
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const other = new KeyRing([{ ...sealing, key: new Secret(flipped) }]);
      expect(() => new SecretBox(other).open(box, context)).toThrow(InauthenticBox);
    }
  });

  it('opens cut, or grown, at no length', () => {
    const box = boxes.seal(text('secret'), context);
    for (let length = 0; length < box.length; length += 1) {
      expect(() => boxes.open(box.subarray(0, length), context)).toThrow(
        length < 3 + 4 + nonceBytes + 16 ? MalformedBox : InauthenticBox,
      );
    }
    expect(() => boxes.open(Buffer.concat([box, Buffer.of(0)]), context)).toThrow(
      InauthenticBox,
    );
  });

  it('opens in no other place: another tenant, table, row, column, or none', () => {
    const box = boxes.seal(text('secret'), context);
    for (const other of [
      { ...context, tenant: 'org_2' },
      { ...context, table: 'users' },
      { ...context, row: '43' },
      { ...context, column: 'name' },
      { tenant: 'org_1' },
      { ...context, more: '' },
      { tenant: 'org_1', table: 'connections', row: '4', column: '2token' },
    ]) {
      expect(() => boxes.open(box, other)).toThrow(InauthenticBox);
    }
    const { tenant, ...rest } = context;
    expect(boxes.open(box, { ...rest, tenant })).toEqual(text('secret'));
  });

  it('tells any two contexts apart, however their text is cut into names and values', () => {
    const part = fc.constantFrom('', 'a', 'b', 'ab', 'a\0b', '\0', 'é', 'e\u0301');
    const contexts = fc.dictionary(part, part, {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    });
    fc.assert(
      fc.property(contexts, contexts, (a, b) => {
        const box = boxes.seal(text('secret'), a);
        const same = inspect(Object.entries(a).sort()) === inspect(Object.entries(b).sort());
        let opened = true;
        try {
          boxes.open(box, b);
        } catch {
          opened = false;
        }
        expect(opened).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  it('is never the same twice, and shows neither plaintext nor context', () => {
    const all = Array.from({ length: 200 }, () => boxes.seal(text('the plaintext'), context));
    expect(new Set(all.map((box) => Buffer.from(box).toString('hex'))).size).toBe(200);
    const nonces = all.map((box) =>
      Buffer.from(box.subarray(7, 7 + nonceBytes)).toString('hex'),
    );
    expect(new Set(nonces).size).toBe(200);
    const shown = Buffer.concat(all).toString('latin1');
    for (const hidden of ['plaintext', 'org_1', 'connections']) {
      expect(shown).not.toContain(hidden);
    }
  });
});

describe('the format', () => {
  const key = new Uint8Array(32).fill(7);
  const aad = Buffer.concat([
    Buffer.of(0, 0, 0, 1),
    text('a'),
    Buffer.of(0, 0, 0, 2),
    text('é'),
    Buffer.of(0, 0, 0, 1),
    text('b'),
    Buffer.of(0, 0, 0, 0),
  ]);

  it.each([
    ['xaes-256-gcm', 1, xaes256Gcm, 24],
    ['aes-256-gcm', 2, aes256Gcm, 12],
  ] as const)(
    'of %s is what the page says, byte for byte',
    (construction, code, aead, length) => {
      const ring = new KeyRing([{ id: 'k-1', key: new Secret(key), construction }]);
      const header = Buffer.concat([Buffer.of(1, code, 3), text('k-1')]);
      const nonce = Buffer.alloc(length, 9);
      const associatedData = Buffer.concat([header, aad]);
      const sealed = aead.seal(text('hello'), { key, nonce, associatedData });
      const box = Buffer.concat([header, nonce, sealed]);
      expect(new SecretBox(ring).open(box, { b: '', a: 'é' })).toEqual(text('hello'));
      const ours = new SecretBox(ring).seal(text('hello'), { b: '', a: 'é' });
      expect(Buffer.from(ours.subarray(0, 6))).toEqual(header);
      const input = { key, nonce: ours.subarray(6, 6 + length), associatedData };
      expect(aead.open(ours.subarray(6 + length), input)).toEqual(text('hello'));
    },
  );

  it('opens this box of version 1, now and in every later release', () => {
    const ring = new KeyRing([{ id: 'k-1', key: new Secret(key) }]);
    const box = Buffer.from(
      'AQEDay0xCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJmmJX+wZ3Je3GRtgkoSKDTEAEmFN4',
      'base64',
    );
    expect(new SecretBox(ring).open(box, { tenant: 'org_1', row: '42' })).toEqual(
      text('hello'),
    );
  });

  it('does not read another version, construction, or an id that was never given', () => {
    const boxes = new SecretBox(new KeyRing([{ id: 'k-1', key: new Secret(key) }]));
    const box = Buffer.from(boxes.seal(text('hello'), context));
    const changed = (at: number, value: number) => {
      const copy = Buffer.from(box);
      copy[at] = value;
      return () => boxes.open(copy, context);
    };
    expect(changed(0, 2)).toThrow(MalformedBox);
    expect(changed(0, 0)).toThrow(MalformedBox);
    expect(changed(1, 0)).toThrow(MalformedBox);
    expect(changed(1, 2)).toThrow(MalformedBox);
    expect(changed(1, 3)).toThrow(MalformedBox);
    expect(changed(2, 255)).toThrow(MalformedBox);
    expect(changed(2, 0)).toThrow(UnknownKey);
    expect(changed(3, 0x6a)).toThrow(UnknownKey);
    expect(() => boxes.open(new Uint8Array(), context)).toThrow(MalformedBox);
    expect(() => boxes.open(Buffer.of(1, 1), context)).toThrow(MalformedBox);
  });
});

describe('rotation', () => {
  it('never meets a box that it cannot open, and ends without the old key', () => {
    const old = newKey('old');
    const before = new KeyRing([old]);
    const added = before.add(newKey('new'));
    const promoted = added.promote('new');
    const box = new SecretBox(before).seal(text('secret'), context);
    expect([before.ids, added.ids, promoted.ids]).toEqual([
      ['old'],
      ['old', 'new'],
      ['new', 'old'],
    ]);
    // While it is distributed, every process opens what every other seals.
    const early = new SecretBox(added).seal(text('secret'), context);
    const late = new SecretBox(promoted).seal(text('secret'), context);
    for (const ring of [added, promoted]) {
      for (const each of [box, early, late]) {
        expect(new SecretBox(ring).open(each, context)).toEqual(text('secret'));
      }
    }
    const boxes = new SecretBox(promoted);
    expect([box, early, late].map((each) => boxes.needsReseal(each))).toEqual([
      true,
      true,
      false,
    ]);
    const resealed = boxes.reseal(box, context);
    expect(boxes.needsReseal(resealed)).toBe(false);

    const retired = new SecretBox(promoted.retire('old'));
    expect(retired.open(resealed, context)).toEqual(text('secret'));
    expect(() => retired.open(box, context)).toThrow(UnknownKey);
    expect(() => retired.needsReseal(box)).toThrow(UnknownKey);
  });

  it('moves boxes from plain GCM to XAES, each under its own key', () => {
    const plain = newKey('gcm', 'aes-256-gcm');
    const box = new SecretBox(new KeyRing([plain])).seal(text('secret'), context);
    const boxes = new SecretBox(new KeyRing([newKey('xaes'), plain]));
    expect(boxes.needsReseal(box)).toBe(true);
    expect(boxes.reseal(box, context)[1]).toBe(1);
  });

  it('does not reseal what does not open, and wipes what it had in hand', () => {
    const boxes = new SecretBox(new KeyRing([newKey('a')]));
    const box = boxes.seal(text('secret'), context);
    expect(() => boxes.reseal(box, { ...context, row: '1' })).toThrow(InauthenticBox);
    expect(() => boxes.needsReseal(text('no box'))).toThrow(MalformedBox);
  });

  it('wipes the plaintext that resealing had in hand, also when sealing fails', () => {
    const ring = new KeyRing([newKey('a')]);
    const boxes = new SecretBox(ring);
    const box = boxes.seal(text('secret'), context);
    const open = jest.spyOn(boxes, 'open');
    boxes.reseal(box, context);
    expect(open.mock.results[0]?.value).toEqual(Buffer.alloc(6));
    const inHand = text('secret');
    open.mockImplementationOnce(() => {
      ring.wipe();
      return inHand;
    });
    expect(() => boxes.reseal(box, context)).toThrow(UnknownKey);
    expect(inHand).toEqual(Buffer.alloc(6));
  });

  it('refuses steps out of order', () => {
    const ring = new KeyRing([newKey('a'), newKey('b')]);
    expect(() => ring.promote('c')).toThrow(UnknownKey);
    expect(() => ring.retire('c')).toThrow(UnknownKey);
    expect(() => ring.retire('a')).toThrow(InvalidArgument);
    expect(() => ring.add(newKey('a'))).toThrow(InvalidArgument);
  });
});

describe('KeyRing', () => {
  it('refuses keys that are none', () => {
    const { key } = newKey('a');
    for (const keys of [
      [],
      [newKey('')],
      [newKey('a b')],
      [newKey('a\n')],
      [newKey('é')],
      [newKey('a'.repeat(33))],
      [newKey('a'), newKey('a')],
      [
        { id: 'a', key },
        { id: 'b', key },
      ],
      [{ id: 'a', key: new Secret(new Uint8Array(16)) }],
      [{ id: 'a', key: new Secret(new Uint8Array(33)) }],
      [{ id: 'a', key: new Secret(new Uint8Array(16)), construction: 'aes-256-gcm' as const }],
      [{ id: 'a', key: new Secret('k'.repeat(32) as unknown as Uint8Array) }],
      [{ id: 'a', key: key.reveal() as unknown as typeof key }],
      [{ id: undefined as unknown as string, key }],
      // A box by a construction that there is not would never open again.
      [newKey('a', 'aes-265-gcm' as Construction)],
      [{ ...newKey('a'), construction: '' as Construction }],
    ]) {
      expect(() => new KeyRing(keys)).toThrow(InvalidArgument);
    }
    expect(new KeyRing([newKey('a'.repeat(32))]).ids).toEqual(['a'.repeat(32)]);
  });

  it('keeps copies: yours may be wiped, and a ring wipes its own alone', () => {
    for (const construction of ['xaes-256-gcm', 'aes-256-gcm'] as const) {
      const mine = newKey('a', construction);
      const ring = new KeyRing([mine]);
      const other = ring.add(newKey('b'));
      mine.key.reveal().fill(0);
      const box = new SecretBox(ring).seal(text('secret'), context);
      ring.wipe();
      expect(ring.ids).toEqual([]);
      expect(new SecretBox(other).open(box, context)).toEqual(text('secret'));
      expect(() => new SecretBox(ring).open(box, context)).toThrow(UnknownKey);
      expect(() => new SecretBox(ring).seal(text('secret'), context)).toThrow(UnknownKey);
      // Its keys are zeros by now: no ring is made of them.
      expect(() => ring.add(newKey('another'))).toThrow(UnknownKey);
      expect(() => ring.promote('a')).toThrow(UnknownKey);
    }
  });

  it('leaves no copy of a key behind when it is wiped', () => {
    const from = jest.spyOn(Uint8Array, 'from');
    try {
      const ring = new KeyRing([newKey('a'), newKey('b', 'aes-256-gcm')]);
      const copies = from.mock.results.map(({ value }) => value as Uint8Array);
      expect(copies).toHaveLength(2);
      expect(copies.every((copy) => copy.some((byte) => byte !== 0))).toBe(true);
      ring.wipe();
      expect(copies).toEqual([new Uint8Array(32), new Uint8Array(32)]);
    } finally {
      from.mockRestore();
    }
  });

  it('prints no key', () => {
    const bytes = text('0123456789abcdef0123456789abcdef');
    const ring = new KeyRing([{ id: 'a', key: new Secret(Uint8Array.from(bytes)) }]);
    const shown = [ring, new SecretBox(ring)].map(
      (value) => inspect(value, { depth: null, showHidden: true }) + JSON.stringify(value),
    );
    for (const form of ['0123456789', '48, 49', '30 31', bytes.toString('base64')]) {
      expect(shown.join()).not.toContain(form);
    }
  });
});

describe('SecretBox', () => {
  const boxes = new SecretBox(new KeyRing([newKey('a')]));

  it('wants bytes and a context of well-formed text', () => {
    expect(() => boxes.seal('text' as unknown as Uint8Array, context)).toThrow(InvalidArgument);
    expect(() => boxes.open('text' as unknown as Uint8Array, context)).toThrow(InvalidArgument);
    const box = boxes.seal(text('secret'), context);
    for (const wrong of [
      {},
      { row: '\ud800' },
      { '\udc00': 'row' },
      { row: 42 as unknown as string },
      { row: undefined as unknown as string },
      'row' as unknown as BoxContext,
      ['row'] as unknown as BoxContext,
    ]) {
      expect(() => boxes.seal(text('secret'), wrong)).toThrow(InvalidArgument);
      expect(() => boxes.open(box, wrong)).toThrow(InvalidArgument);
    }
  });
});
