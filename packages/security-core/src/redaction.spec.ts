import { runInNewContext } from 'node:vm';

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { InvalidArgument } from './errors.js';
import { createRedactor } from './redaction.js';
import { Secret } from './secret.js';

const redact = createRedactor();
const hidden = '[redacted]';

describe('createRedactor', () => {
  it.each([
    'password',
    'newPassword',
    'Authorization',
    'proxy-authorization',
    'cookie',
    'Set-Cookie',
    'x-api-key',
    'API_KEY',
    'apiKey',
    'access_token',
    'refreshToken',
    'id_token',
    'client_secret',
    'private_key',
    'secret',
    'code_verifier',
    'otp',
    'pin',
    'X-Hub-Signature',
    'signing_key',
    'passwd',
    'tokens',
    'setCookies',
    'SEALING_KEYS',
    'DB_PASS',
    'MYSQL_PWD',
    'smtpPass',
    'user_pwd',
    'sig',
    'secretKeyBase',
    'credentials',
  ])('hides the value of %s, whatever it is', (name) => {
    for (const value of ['text', '7', { nested: 'text' }, ['text'], new Date()]) {
      expect(redact({ [name]: value })).toEqual({ [name]: hidden });
      expect(redact(new Map([[name, value]]))).toEqual({ [name]: hidden });
    }
  });

  it('hides a number by the name of one secret, and shows how many there are', () => {
    expect(redact({ pin: 1234, otp: 123456, tokens: 7, maxTokens: 512 })).toEqual({
      pin: hidden,
      otp: hidden,
      tokens: 7,
      maxTokens: 512,
    });
  });

  it('shows whether there is a secret', () => {
    const entry = { hasPassword: true, token: false, secret: null, pin: undefined };
    expect(redact(entry)).toEqual(entry);
  });

  it.each([
    'keyId',
    'sessionId',
    'tokenCount',
    'passwordChangedAt',
    'user',
    'path',
    'code',
    'pinned',
    'spin',
    'bypass',
    'compass',
    'SPIN',
    'authority',
  ])('shows the value of %s', (name) => {
    expect(redact({ [name]: 'shown' })).toEqual({ [name]: 'shown' });
  });

  it('hides every Secret, wherever it is', () => {
    const secret = new Secret('hunter2');
    expect(redact(secret)).toBe(hidden);
    expect(redact([{ a: [secret] }, new Set([secret])])).toEqual([{ a: [hidden] }, [hidden]]);
  });

  it('leaves ordinary text and values as they are', () => {
    const entry = {
      method: 'POST',
      path: '/v1/faces/detect?minConfidence=5',
      status: 200,
      ok: true,
      nothing: null,
      missing: undefined,
      ip: '203.0.113.9',
      text: 'the bearer of this letter; a basic idea; tokens=3',
      list: [1, 'two'],
      when: new Date('2026-03-01T12:00:00Z'),
      never: new Date(NaN),
      big: 12n,
    };
    expect(redact(entry)).toEqual({
      ...entry,
      text: expect.stringContaining('tokens=3') as unknown,
      when: '2026-03-01T12:00:00.000Z',
      never: null,
      big: '12',
    });
  });

  it('takes names and patterns of the program', () => {
    const own = createRedactor({ names: ['Aadhaar-No'], patterns: [/\b\d{12}\b/gu] });
    expect(own({ aadhaar_no: '1', note: 'is 123412341234, no?' })).toEqual({
      aadhaar_no: hidden,
      note: `is ${hidden}, no?`,
    });
    expect(own('aadhaar-no: 1234 1')).toBe('aadhaar-no: 1234 1');
    expect(own('{"aadhaarNo":"1234 1"}')).toBe(`{"aadhaarNo":"${hidden}"}`);
    expect(redact({ aadhaar_no: '1' })).toEqual({ aadhaar_no: '1' });
  });

  it('takes names in any script, and none that is nothing', () => {
    const own = createRedactor({ names: ['पासवर्ड', 'пароль'] });
    expect(own({ 'नया पासवर्ड': 'x', Пароль: 'y', user: 'u1' })).toEqual({
      'नया पासवर्ड': hidden,
      Пароль: hidden,
      user: 'u1',
    });
    expect(own('पासवर्ड=x, user=u1')).toBe(`पासवर्ड=${hidden}, user=u1`);
    for (const none of ['', '-', ' _ ']) {
      expect(() => createRedactor({ names: [none] })).toThrow(InvalidArgument);
    }
  });

  it('finds all that a pattern finds, with the flag for it or without', () => {
    for (const pattern of [/x\d/iu, /x\d/giu, /x\d/iuy]) {
      const own = createRedactor({ patterns: [pattern] });
      expect(own('x1 X2')).toBe(`${hidden} ${hidden}`);
      expect(own('x1 X2')).toBe(`${hidden} ${hidden}`);
    }
  });

  it('shows what the platform has for headers, forms and URLs', () => {
    const headers = new Headers({ authorization: 'Bearer abc', accept: 'text/html' });
    const form = new FormData();
    form.append('a', '1');
    form.append('password', 'hunter2');
    expect(redact({ headers, form })).toEqual({
      headers: { accept: 'text/html', authorization: hidden },
      form: { a: '1', password: hidden },
    });
    expect(redact(new URLSearchParams('a=1&a=2&b=3&code_verifier=x'))).toEqual({
      a: ['1', '2'],
      b: '3',
      code_verifier: hidden,
    });
    expect(redact({ url: new URL('https://u:pw@host/cb?code=abc') })).toEqual({
      url: `https://u:${hidden}@host/cb?code=${hidden}`,
    });
  });

  it('keeps the entries of a map apart', () => {
    const map = new Map<unknown, unknown>([
      [1, 'one'],
      [{}, 'two'],
      [() => 1, 'three'],
      [null, 'four'],
      [['a'], 'five'],
    ]);
    expect(redact(map)).toEqual({
      '1': 'one',
      '[object 2]': 'two',
      '[function 3]': 'three',
      null: 'four',
      '[object 5]': 'five',
    });
  });

  it('keeps what an error says of itself, and of its cause', () => {
    const cause = Object.assign(new TypeError('inner Bearer abcdef'), { code: 'ECONNRESET' });
    const error = new Error('outer', { cause });
    expect(redact(error)).toMatchObject({
      name: 'Error',
      message: 'outer',
      stack: expect.stringContaining('redaction.spec') as unknown,
      cause: { name: 'TypeError', message: `inner Bearer ${hidden}`, code: 'ECONNRESET' },
    });
  });

  it('keeps the errors that an error is made of', () => {
    const all = new AggregateError([new Error('no ::1'), new Error('no 127.0.0.1')], 'away');
    expect(redact(all)).toMatchObject({
      message: 'away',
      errors: [{ message: 'no ::1' }, { message: 'no 127.0.0.1' }],
    });
  });

  it('says of an error nothing that it does not say itself', () => {
    expect(Object.keys(redact(new Error('plain')) as object)).toEqual([
      'name',
      'message',
      'stack',
    ]);
  });

  it('makes copies that can be worked on', () => {
    const copy = redact({ a: 1, b: 2 }) as Record<string, unknown>;
    copy['a'] = 'changed';
    delete copy['b'];
    expect(copy).toEqual({ a: 'changed' });
  });

  it('tells only the length of bytes', () => {
    expect(redact(Buffer.from('hunter2'))).toBe('[7 bytes]');
    expect(redact({ body: new Uint16Array(3), raw: new ArrayBuffer(5) })).toEqual({
      body: '[6 bytes]',
      raw: '[5 bytes]',
    });
  });

  it('ends: at a cycle, at a depth, at a length', () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle['self'] = cycle;
    expect(redact(cycle)).toEqual({ a: 1, self: '[circular]' });
    const shared = { a: 1 };
    expect(redact([shared, shared])).toEqual([shared, shared]);
    const deep = JSON.parse('['.repeat(13) + ']'.repeat(13)) as unknown;
    expect(JSON.stringify(redact(deep))).toBe('['.repeat(12) + '"[too deep]"' + ']'.repeat(12));
    const list = redact(new Array(1_500).fill(1)) as unknown[];
    expect(list).toHaveLength(1_001);
    expect(list.at(-1)).toBe('[500 more]');
    expect(redact(new Array(1_000).fill(1))).toEqual(new Array(1_000).fill(1));
    const wide = Array.from({ length: 1_500 }, (_, index) => [`n${index}`, 1] as const);
    const names = Object.keys(redact(Object.fromEntries(wide)) as object);
    expect(names).toHaveLength(1_001);
    expect(names.at(-1)).toBe('[500 more]');
    expect(Object.keys(redact(new Map(wide.slice(0, 1_000))) as object)).toHaveLength(1_000);
  });

  it('ends where many branches share one', () => {
    let shared: unknown = 'leaf';
    for (let level = 0; level < 11; level += 1) shared = new Array(8).fill(shared);
    const copy = JSON.stringify(redact(shared));
    expect(copy).toContain('leaf');
    expect(copy).toContain('[too much]');
  });

  it('hides in a header, a parameter or a field by its name, however that is written', () => {
    const rawHeaders = ['Host', 'a', 'X-Api-Key', 'k', 'Cookie', 'sid=1', 'odd'];
    expect(redact({ rawHeaders, other: rawHeaders })).toEqual({
      rawHeaders: ['Host', 'a', 'X-Api-Key', hidden, 'Cookie', hidden, 'odd'],
      other: rawHeaders,
    });
    expect(redact({ rawHeaders: 'X-Api-Key' })).toEqual({ rawHeaders: 'X-Api-Key' });
    expect(redact({ rawHeaders: [1, 'k'] })).toEqual({ rawHeaders: [1, 'k'] });
    expect(
      redact([
        { name: 'Authorization', value: 'k' },
        { name: 'Accept', value: 'k' },
        { name: 7, value: 'k' },
        { value: 'k', token: 't' },
      ]),
    ).toEqual([
      { name: 'Authorization', value: hidden },
      { name: 'Accept', value: 'k' },
      { name: 7, value: 'k' },
      { value: 'k', token: hidden },
    ]);
  });

  it('keeps apart what is called alike once it is clean', () => {
    const [a, b] = ['ghp_', 'gho_'].map((mark) => mark + 'aB3'.repeat(12));
    expect(redact({ [a ?? '']: 1, [b ?? '']: 2, [`${b ?? ''}x`]: 3 })).toEqual({
      [hidden]: 1,
      [`${hidden} (2)`]: 2,
      [`${hidden} (3)`]: 3,
    });
  });

  it('knows what is of another realm', () => {
    const [error, map, set, date] = runInNewContext(
      '[new TypeError("no"), new Map([["token", 1]]), new Set([1]), new Date(0)]',
    ) as unknown[];
    expect(redact({ error, map, set, date })).toMatchObject({
      error: { name: 'TypeError', message: 'no' },
      map: { token: hidden },
      set: [1],
      date: '1970-01-01T00:00:00.000Z',
    });
  });

  it('does not throw, whatever it is given', () => {
    const bad = {
      get broken(): never {
        throw new Error('no');
      },
      fine: 1,
    };
    expect(redact(bad)).toEqual({ broken: '[unreadable]', fine: 1 });
    const proxy = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    expect(redact(proxy)).toBe('[unreadable]');
    expect(redact([Symbol('s'), () => 1])).toEqual(['Symbol(s)', '[function]']);
    expect(
      redact(
        new Map<unknown, unknown>([
          [{}, 1],
          [2, 'two'],
        ]),
      ),
    ).toEqual({ '[object 1]': 1, '2': 'two' });
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
        }),
        (value) => {
          expect(() => JSON.stringify(redact(value))).not.toThrow();
        },
      ),
    );
  });

  it('does not change what it copies, nor a prototype', () => {
    const entry = { password: 'hunter2', nested: { token: 'a' } };
    redact(entry);
    expect(entry).toEqual({ password: 'hunter2', nested: { token: 'a' } });
    const copy = redact(JSON.parse('{"__proto__":{"polluted":1}}')) as Record<string, unknown>;
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(Object.keys(copy)).toEqual(['__proto__']);
    expect(copy['polluted']).toBeUndefined();
  });
});
