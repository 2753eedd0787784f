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
    'signing_key',
    'passwd',
    'tokens',
    'setCookies',
  ])('hides the value of %s, whatever it is', (name) => {
    for (const value of ['text', '7', { nested: 'text' }, ['text'], null, new Date()]) {
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
    const entry = { hasPassword: true, token: false };
    expect(redact(entry)).toEqual(entry);
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
    ['the first of a form', (key: string) => `code=${key}&x=2`, () => 'sPlx'],
    ['a key in a query', (key: string) => `/v1/map?key=${key}#top`, () => 'word'],
    ['a key of some kind', (key: string) => `with hmac_key=${key}, twice`, () => 'k3y-0,f'],
    ['a key in camel case', (key: string) => `{ hmacKey=${key} }`, () => 'k3y-0f'],
    ['JSON', (key: string) => `body {"id":1,"password":"${key}","b":2}`, () => 'hun ter\\"2'],
    ['spaced JSON', (key: string) => `{\n  "token" : "${key}"\n}`, () => 'abc, def'],
    ['a number in JSON', (key: string) => `{"pin":${key},"b":2}`, () => '1234'],
    ['JSON inside JSON', (key: string) => `{"body":"{\\"token\\":\\"${key}\\"}"}`, () => 'abc'],
    ['an inspected object', (key: string) => `{ apiKey: '${key}', user: 'u' }`, () => "it\\'s"],
    ['a list', (key: string) => `(password: ${key}, user: u)`, () => 'hunter2'],
    ['a line', (key: string) => `password: ${key} \r\nuser: u`, () => 'hunter2'],
    ['the end', (key: string) => `new password: ${key}`, () => 'hun:ter=2'],
    ['an assignment', (key: string) => `CLIENT_SECRET="${key}" npm start`, () => 'two words'],
    ['YAML', (key: string) => `client-secret: ${key}\nport: 1`, () => 'c2Vj'],
    ['a name before another', (key: string) => `token:password=${key} more`, () => 'hunter2'],
    [
      'a header of cookies',
      (key: string) => `GET /\r\nCookie: ${key}\r\nHost: a`,
      () => 'sid=abc; theme=dark',
    ],
    ['a set cookie', (key: string) => `< set-cookie: ${key}`, () => 'sid=abc; Path=/'],
    [
      'a digest',
      (key: string) => `Authorization: Digest ${key}\nHost: a`,
      () => 'username="u", response="6629f"',
    ],
    [
      'the credentials of AWS',
      (key: string) => `authorization: AWS4-HMAC-SHA256 ${key}`,
      () => 'Credential=AKIA/20130524, Signature=fe5f80',
    ],
    ['a header with a bare key', (key: string) => `Authorization: ${key}`, () => 'abcdef0123'],
    ...[
      'ghp_',
      'github_pat_',
      'glpat-',
      'npm_',
      'xoxb-',
      'sk_live_',
      'rk_test_',
      'sk-proj-',
      'sk-',
      'AIza',
      'ya29.',
      '1//0',
    ].map(
      (mark) =>
        [
          `a token that begins with ${mark}`,
          (key: string) => `got ${key} back`,
          () => `${mark}${'aB3_-'.repeat(7)}`,
        ] as const,
    ),
  ])('hides %s inside a text, and nothing around it', (_, around, secret) => {
    const found = secret();
    const clean = redact(around(found));
    expect(clean).toBe(around(hidden));
    const written = JSON.stringify(found).slice(1, -1);
    expect(JSON.stringify(redact({ deep: [new Error(around(found))] }))).not.toContain(written);
    expect(JSON.stringify(redact({ [around(found)]: 1 }))).not.toContain(written);
    expect(redact(clean)).toBe(clean);
  });

  it.each([
    ['looks like the beginning of JWTs', 'eyJ-'],
    ['looks like JWTs without an end', 'eyJ-.'],
    ['looks like the beginning of keys', '-----BEGIN PRIVATE KEY-----'],
    ['looks like the password of URLs', 'a://b:c'],
    ['is a long name of nothing', 'token-'],
    ['repeats a scheme', 'basic '],
    ['repeats a header', 'cookie:'],
    ['repeats a header with a space', 'cookie: '],
    ['repeats a name', 'token='],
    ['repeats a name and a colon before a sentence', 'token:a '],
    ['repeats an ambiguous name', 'key=b&'],
    ['repeats quotes', 'token:"'],
    ['repeats escaped quotes', 'token:\\"'],
    ['repeats quotes of two kinds', `token:"token='`],
    ['repeats an escape', 'token="\\'],
    ['repeats a header of a scheme', 'authorization: token '],
    ['is white space after names', 'token     '],
  ])('is done with a text that %s, however long it is', (_, part) => {
    // By the square of its length this would take minutes, and Jest's own limit is what fails it.
    expect(typeof redact(part.repeat(100_000))).toBe('string');
    expect(typeof redact(`${part.repeat(100_000)} end`)).toBe('string');
  });

  it.each([
    'exit status code=500',
    'failed: code=ECONNREFUSED, errno=-111',
    'error code=invalid_grant for the client',
    'monkey=banana&donkey=apple',
    '?zipcode=560001',
    'hasPassword=true, token: false',
    '{"tokens":512,"maxTokens":5}',
    'partition key=users',
    'Invalid token: it has expired',
    'password: must have 12 characters',
    'POST /oauth2/token: 400',
    'the cookie: none of ours',
    'authorization: required for this',
    'a password, a secret and a token',
    'npm_config sk-circle ya29 AIza',
    'it is 12:30:00Z, ratio 3:4, at http://localhost:3000/a:b',
  ])('leaves %p as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('hides what was cut off before its last quote', () => {
    expect(redact('{"token":"abcdef')).toBe(`{"token":"${hidden}"`);
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
    expect(own('aadhaar-no: 1234 1')).toBe('aadhaar-no: 1234 1');
    expect(own('{"aadhaarNo":"1234 1"}')).toBe(`{"aadhaarNo":"${hidden}"}`);
    expect(redact({ aadhaar_no: '1' })).toEqual({ aadhaar_no: '1' });
  });

  it('finds all that a pattern finds, with the flag for it or without', () => {
    for (const pattern of [/x\d/iu, /x\d/giu]) {
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
