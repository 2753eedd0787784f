import { describe, expect, it } from '@jest/globals';

import { generateApiKey } from './api-key.js';
import { createRedactor } from './redaction.js';

const redact = createRedactor();
const hidden = '[redacted]';

describe('createRedactor, of a text,', () => {
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
    ['a key of others', (key: string) => `/otp?authkey=${key}&a=1`, () => 'word'],
    [
      'a code of others',
      (key: string) => `/p?passcode=${key}&licensekey=x`.replace('x', key),
      () => 'word',
    ],
    ['a form after a word', (key: string) => `body: code=${key}&state=1`, () => 'abcdefgh'],
    ['an apostrophe in a form', (key: string) => `password=${key}&x=1`, () => "it's"],
    ['a quote in an assignment', (key: string) => `PASSWORD=${key} x`, () => 'abc"d'],
    ['quotes that a shell joins', (key: string) => `PASSWORD="${key}"" x`, () => 'abc""d'],
    ['a query in JSON', (key: string) => `{"url":"/cb?token=${key}","x":1}`, () => 'abc'],
    [
      'a query in JSON in JSON',
      (key: string) => `"{\\"u\\":\\"/cb?token=${key}\\",\\"x\\":1}"`,
      () => 'abc',
    ],
    [
      'a query inside a query',
      (key: string) => `?next=%2Fcb%3Ftoken%3D${key}%26x%3D1&y=2`,
      () => 'abc',
    ],
    [
      'a code inside a query',
      (key: string) => `?next=%2Fcb%3Fcode%3D${key}%26x%3D1&y=2`,
      () => 'abc',
    ],
    ['a count that is none', (key: string) => `tokens=${key} and more`, () => '12ab'],
    ['an arrow', (key: string) => `<a token => ${key}, b`, () => 'a<b'],
    [
      'a short last word',
      (key: string) => `smtpPass=${key} DB_PWD=${key} card.pin=${key} sig=${key}`,
      () => 'Ab1',
    ],
    ['a nested field', (key: string) => `user[password]=${key}&x=1`, () => 'abc'],
    ['a repeated field', (key: string) => `token[]=${key}&x=1`, () => 'abc'],
    ['an encoded field', (key: string) => `user%5Bpassword%5D=${key}&x=1`, () => 'abc'],
    ['an option', (key: string) => `login --password ${key} --user u`, () => 'abc'],
    ['an option with a sign', (key: string) => `login --api-key=${key} --user u`, () => 'abc'],
    ['an element', (key: string) => `<a><Password>${key}</Password></a>`, () => 'two words'],
    ['an indexed assignment', (key: string) => `o['password'] = '${key}';`, () => 'abc'],
    ['an assignment of Go', (key: string) => `password := "${key}"`, () => 'abc'],
    ['a pair of Ruby or of a Map', (key: string) => `{ 'password' => '${key}' }`, () => 'abc'],
    ['a list of JSON', (key: string) => `{"tokens":${key},"b":2}`, () => '["a","b"]'],
    ['an object of JSON', (key: string) => `{"credentials": ${key}}`, () => '{"a":["b"]}'],
    ['a number in quotes', (key: string) => `{"otps":"${key}"}`, () => '49302177'],
    [
      'a colour before',
      (key: string) => `{ password: \u001b[32m'${key}'\u001b[39m }`,
      () => 'abc',
    ],
    [
      'a value in the next line',
      (key: string) => `{ password:\n   '${key}' }`,
      () => 'abc\ndef',
    ],
    [
      'a block of YAML',
      (key: string) => `a: 1\npassword: ${key}b: 2`,
      () => '|\n  abc\n  def\n',
    ],
    ['a line with a comment', (key: string) => `password: ${key} # of prod`, () => 'hunter2'],
    [
      'a header in JSON',
      (key: string) => `{"msg":"invalid token: ${key}","a":1}`,
      () => 'hunter2',
    ],
    ['a header in a list', (key: string) => `['X-Api-Key: ${key}']`, () => 'hunter2'],
    [
      'a header of curl',
      (key: string) => `curl -H 'x-api-key: ${key}' https://x`,
      () => 'hunter2',
    ],
    [
      'lines in JSON',
      (key: string) => `{"c":"db:\\n  password: ${key}\\n  host: x"}`,
      () => 'hunter2',
    ],
    [
      'JSON three deep',
      (key: string) => `"{\\"a\\":\\"{\\\\\\"token\\\\\\":\\\\\\"${key}\\\\\\"}\\"}"`,
      () => 'abc',
    ],
    [
      'an escaped quote in JSON in JSON',
      (key: string) => `"{\\"password\\":\\"${key}\\",\\"b\\":1}"`,
      () => 'wi\\\\\\"th',
    ],
    [
      'a backslash before the last quote',
      (key: string) => `{"password":"${key}","b":1}`,
      () => 'ab\\\\',
    ],
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
    ['a scheme of somebody', (key: string) => `Authorization: Bot ${key}`, () => 'hunter2 3'],
    [
      'a header in a string',
      (key: string) => `{"m":"Authorization: SSWS ${key}","a":1}`,
      () => 'hunter2',
    ],
    [
      'a header of cookies in a string',
      (key: string) => `"a\\r\\nCookie: ${key}\\r\\nHost: b"`,
      () => 'a=b; c=d',
    ],
    [
      'a header with a bare key and blanks',
      (key: string) => `Authorization: ${key}`,
      () => 'abcdef0123  ',
    ],
    ['a token with a bar', (key: string) => `Bearer ${key} after`, () => '12|aBcD'],
    ['a token with a colon', (key: string) => `Bearer ${key}\n`, () => 'abc:d%3De'],
    ['a token in quotes', (key: string) => `Bearer "${key}"`, () => 'abc'],
    ['a token in a query', (key: string) => `?a=1&h=Bearer%20${key}&b=2`, () => 'abc'],
    [
      'a JWT in an escaped line',
      (key: string) => `{"log":"line\\n${key}"}`,
      () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln',
    ],
    [
      'a JWT in colour',
      (key: string) => `\u001b[32m${key}\u001b[0m`,
      () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.c2ln',
    ],
    [
      'a marked token in an escaped line',
      (key: string) => `{"log":"line\\t${key}"}`,
      () => `ghp_${'a1'.repeat(18)}`,
    ],
    [
      'a marked token in colour',
      (key: string) => `\u001b[1;33m${key}`,
      () => `glrt-${'a1'.repeat(18)}`,
    ],
    [
      'a marked token in a query',
      (key: string) => `?x=%3D${key}`,
      () => `xapp-${'a1'.repeat(18)}`,
    ],
    [
      'a webhook of Slack',
      (key: string) => `https://hooks.slack.com/services/${key}`,
      () => 'T000/B000/XXXX',
    ],
    [
      'a key of PGP',
      (key: string) => `read ${key} from`,
      () => '-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ\n-----END PGP PRIVATE KEY BLOCK-----',
    ],
    ['an @ in the password of a URL', (key: string) => `postgres://u:${key}@h/db`, () => 'a@b'],
    ['a header with a bare key', (key: string) => `Authorization: ${key}`, () => 'abcdef0123'],
    ...[
      'ghp_',
      'github_pat_',
      'glpat-',
      'xoxb-',
      'sk_live_',
      'rk_test_',
      'sk-proj-',
      'sk-ant-',
      'xapp-',
      'GOCSPX-',
      'glrt-',
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
    ['repeats brackets', 'token=['],
    ['repeats backslashes', 'token="\\\\\\'],
    ['repeats backslashes and quotes', 'token=\\"\\\\"'],
    ['repeats options', '--token '],
    ['repeats elements', '<token>'],
    ['repeats blocks', 'token: |\n '],
    ['repeats lines', 'token:\n'],
    ['repeats escapes of a terminal', 'token:\u001b[1;1'],
    ['repeats an authorization', 'authorization: a '],
    ['repeats an authorization in quotes', 'authorization: a="'],
    ['repeats a URL with a query', 'a://b:c?'],
  ])('is done with a text that %s, however long it is', (_, part) => {
    // By the square of its length this would take a minute, and Jest's own limit is what fails it.
    expect(typeof redact(part.repeat(20_000))).toBe('string');
    expect(typeof redact(`${part.repeat(20_000)} end`)).toBe('string');
  });

  it.each([
    'exit status code=500',
    'closed with code=1006',
    'error code=23505 or code=P2002',
    '{"password":null,"token":undefined}',
    'if (token === undefined) return token == null',
    'GET http://localhost:3000?email=ann@example.com',
    'npm_package_engines_node and sk-learn-some-long-module-name',
    '?postcode=560001&country_code=in&sort_key=created',
    'PASSWORD=\nDB_HOST=db.internal',
    'password:\n\nDone',
    'Error: no token:\n    at parse (token.ts:1:2)',
    '--token --verbose',
    'error code: A1b2c3',
    'keyboard=Ab12 codec=Xy9z keys_of=Ab12 myCodec=Xy9z myKeys=Ab12',
    '?keyframes=Ab12&codecs=avc1',
    'post_code=SW1A9Zz and sort_key=Created9, signKey',
    'tokens=12 tokens: 7',
    'bypass=Ab12 spinPin_=Ab12 compass: Ab12',
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
    'a password, a secret and a token',
    'npm_config sk-circle ya29 AIza',
    'it is 12:30:00Z, ratio 3:4, at http://localhost:3000/a:b',
  ])('leaves %p as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('hides what was cut off before its last quote', () => {
    expect(redact('{"token":"abcdef')).toBe(`{"token":"${hidden}"`);
    expect(redact('{"token":["abcdef"')).toBe(`{"token":${hidden}`);
    expect(redact(String.raw`"{\"token\":\"abcdef","b":1}`)).toBe(
      String.raw`"{\"token\":\"[redacted]\"","b":1}`,
    );
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

  it('hides a token after more white space than there should be', () => {
    expect(redact('Bearer \t abcdef')).toBe(`Bearer \t ${hidden}`);
  });
});
