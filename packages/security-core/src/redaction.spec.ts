import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { generateApiKey } from './api-key.js';
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
  ])('hides the value of %s, whatever it is', (name) => {
    for (const value of ['text', 7, { nested: 'text' }, ['text'], null, new Date()]) {
      expect(redact({ [name]: value })).toEqual({ [name]: hidden });
      expect(redact(new Map([[name, value]]))).toEqual({ [name]: hidden });
    }
  });

  it.each([
    'keyId',
    'tokenCount',
    'passwordChangedAt',
    'user',
    'path',
    'code',
    'pinned',
    'spin',
  ])('shows the value of %s', (name) => {
    expect(redact({ [name]: 'shown' })).toEqual({ [name]: 'shown' });
  });

  it('hides every Secret, wherever it is', () => {
    const secret = new Secret('hunter2');
    expect(redact(secret)).toBe(hidden);
    expect(redact([{ a: [secret] }, new Set([secret])])).toEqual([{ a: [hidden] }, [hidden]]);
  });

  it.each([
    [
      'an API key',
      (key: string) => `key ${key}.`,
      () => generateApiKey({ mode: 'live' }).key.reveal(),
    ],
    [
      'a bearer token',
      (key: string) => `Authorization: Bearer ${key}`,
      () => 'abc.def-ghi_123==',
    ],
    ['a token after more white space', (key: string) => `bearer ${key}`, () => 'abcdef'],
    [
      'basic credentials after the word',
      (key: string) => `scheme basic Basic ${key}`,
      () => 'dXNlcjpwYXNz',
    ],
    ['basic credentials', (key: string) => `Basic ${key} after`, () => 'dXNlcjpwYXNz'],
    [
      'a JWT',
      (key: string) => `got ${key} back`,
      () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln',
    ],
    [
      'a JWT after other characters of one',
      (key: string) =>
        `session-${key} id.v1.${key} tok_${key} q=%22${key}%22 sid%3D${key} keyJ1.${key}`,
      () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln',
    ],
    [
      'a private key that is cut off',
      (key: string) => `read ${key}`,
      () => '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
    ],
    [
      'a webhook secret',
      (key: string) => `using ${key}`,
      () => 'whsec_MfKQ9r8GKYqrTwjUPD8I+LPZ/Io2LaLaSw==',
    ],
    [
      'a private key',
      (key: string) => `read ${key} from`,
      () => '-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4\nMHc\n-----END EC PRIVATE KEY-----',
    ],
    [
      'the password of a URL',
      (key: string) => `postgres://app:${key}@db:5432/app`,
      () => 'p*ss:word',
    ],
    [
      'a parameter of a query',
      (key: string) => `/callback?state=1&code=${key}&x=2`,
      () => 'SplxlOBeZQQYbYS6WxSbIA',
    ],
    ['a parameter after white space', (key: string) => `sent code=${key} twice`, () => 'Splx'],
    ['a parameter of a form', (key: string) => `client_secret=${key}&x=2`, () => 'c2VjcmV0'],
  ])('hides %s inside a text, and nothing around it', (_, around, secret) => {
    const found = secret();
    const clean = redact(around(found));
    expect(clean).toBe(around(hidden));
    expect(JSON.stringify(redact({ deep: [new Error(around(found))] }))).not.toContain(found);
    expect(JSON.stringify(redact({ [around(found)]: 1 }))).not.toContain(found);
  });

  it.each([
    ['looks like the beginning of JWTs', 'eyJ-'],
    ['looks like JWTs without an end', 'eyJ-.'],
    ['looks like the beginning of keys', '-----BEGIN PRIVATE KEY-----'],
    ['looks like the password of URLs', 'a://b:c'],
    ['is a long name of nothing', 'token-'],
    ['repeats a scheme', 'basic '],
  ])('is done with a text that %s, however long it is', (_, part) => {
    // By the square of its length this would take hours, and Jest's own limit is what fails it.
    expect(typeof redact(part.repeat(1_000_000))).toBe('string');
  });

  it.each(['monkeyJobs.list.all', 'eyJ.a.b', 'eyJhbGci', 'eyJhbGci.b', 'a.eyJhbGci.b'])(
    'takes %p for no JWT',
    (text) => {
      expect(redact(text)).toBe(text);
    },
  );

  it.each([
    'the Basic plan',
    'Basic Plan',
    'a basic necessity',
    'Basic 2',
    'BASIC',
    'Basic API2026',
  ])('takes %p for words', (text) => {
    expect(redact(text)).toBe(text);
  });

  it.each(['YTpi', 'Og==', 'OnB3', 'dXNlcjpwYXNz', 'w6k6cGFzc3dvcmQ='])(
    'takes %p after "Basic" for credentials',
    (credentials) => {
      expect(redact(`Basic ${credentials}`)).toBe(`Basic ${hidden}`);
    },
  );

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
    expect(redact({ aadhaar_no: '1' })).toEqual({ aadhaar_no: '1' });
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

  it('hides a token after more white space than there should be', () => {
    expect(redact('Bearer \t abcdef')).toBe(`Bearer ${hidden}`);
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
    expect(redact(new Array(1_500).fill(1))).toHaveLength(1_000);
    const wide = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, index) => [`n${index}`, 1]),
    );
    expect(Object.keys(redact(wide) as object)).toHaveLength(1_000);
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
    ).toEqual({ '[object]': 1, '[number]': 'two' });
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
