import { generateKeyPairSync } from 'node:crypto';

import { describe, expect, it } from '@jest/globals';

import * as core from './index.js';

/** What no message may hold, in any way of writing it. */
const traces = /trace|tra ce|7700770077/iu;

/** In place of every argument, and of every property of one: what a program without types has. */
const wrongValues: readonly unknown[] = [
  undefined,
  null,
  true,
  7_700_770_077,
  -7_700_770_077.5,
  NaN,
  7_700_770_077n,
  '',
  'trace',
  'tra ce',
  '7700770077'.repeat(7),
  Symbol('trace'),
  () => 'trace',
  [],
  ['trace'],
  [undefined],
  new Array(1),
  {},
  { trace: 'trace' },
  { trace: 7_700_770_077 },
  { toString: () => 'trace' },
  Object.create(null),
  new Map([['trace', 'trace']]),
  new Date(NaN),
  new Date('7700-07-07'),
  new Error('trace'),
  new core.Secret('trace'),
  new core.Secret(undefined),
  new Uint8Array(7),
  new Uint16Array(16),
  new DataView(new ArrayBuffer(32)),
  { byteLength: 32, trace: 'trace' },
  generateKeyPairSync('x25519').privateKey,
];

const key = core.generateKey();
const bytes = new Uint8Array(32);
const ring = new core.KeyRing([{ id: '2026', key }]);
const box = new core.SecretBox(ring);
const context = { row: '1' };
const sealed = box.seal(bytes, context);
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const parsed = core.parseApiKey(core.generateApiKey({ mode: 'live' }).key.reveal());
const now = new Date('2026-03-01T12:00:00Z');
const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
const outgoing = { id: 'msg_1', timestamp: now, rawBody: bytes, secrets };
const headers = { ...core.signWebhook(outgoing) };
const received = { rawBody: bytes, headers, secrets, now };
const statement = { chain: 'org_1', size: 1, head: bytes, at: now };
const link = { entry: 1, hash: core.chainHash(core.chainStart(), 1) };
const input = { key: bytes, nonce: new Uint8Array(12) };
const xaesInput = { key: bytes, nonce: new Uint8Array(24) };
const digested = { key, purpose: 'p', input: 'i' };
const coded = { key, purpose: 'p', code: '042917' };

/** A call, and the same with one argument, or one property of it, replaced. */
type Call = (value: never) => unknown;

const calls: Readonly<Record<string, Call>> = {
  'constantTimeEqual(a)': (a) => core.constantTimeEqual(a, 'b'),
  'constantTimeEqual(b)': (b) => core.constantTimeEqual(bytes, b),
  'generateApiKey()': (options) => core.generateApiKey(options),
  'generateApiKey(mode)': (mode) => core.generateApiKey({ mode }),
  'generateApiKey(randomBytes)': (value: unknown) =>
    core.generateApiKey({ mode: 'live', randomBytes: () => value as Uint8Array }),
  'generateApiKey(no randomBytes)': (randomBytes) =>
    core.generateApiKey({ mode: 'live', randomBytes }),
  'verifyApiKey(parsed)': (value) => core.verifyApiKey(value, bytes),
  'verifyApiKey(hash)': (secretHash) =>
    core.verifyApiKey({ ...parsed, secretHash } as never, bytes),
  'new KeyRing()': (keys) => new core.KeyRing(keys),
  'new KeyRing(each)': (each) => new core.KeyRing([each]),
  'new KeyRing(id)': (id) => new core.KeyRing([{ id, key }]),
  'new KeyRing(key)': (value) => new core.KeyRing([{ id: '2026', key: value }]),
  'new KeyRing(bytes)': (value: unknown) =>
    new core.KeyRing([{ id: '2026', key: new core.Secret(value as Uint8Array) }]),
  'new KeyRing(construction)': (construction) =>
    new core.KeyRing([{ id: '2026', key, construction }]),
  'KeyRing.from()': async (source) => core.KeyRing.from(source),
  'KeyRing.from(load)': async (load) => core.KeyRing.from({ load }),
  'KeyRing.from(loaded)': async (loaded) =>
    core.KeyRing.from({ load: async () => Promise.resolve(loaded) }),
  'add()': (value) => ring.add(value),
  'promote()': (id) => ring.promote(id),
  'retire()': (id) => ring.retire(id),
  'parseKeys()': (text) => core.parseKeys(text),
  'environmentKeys(variable)': async (variable) =>
    core.KeyRing.from(core.environmentKeys(variable, {})),
  'environmentKeys(environment)': async (environment) =>
    core.KeyRing.from(core.environmentKeys('trace', environment)),
  'environmentKeys(value)': async (value) =>
    core.KeyRing.from(core.environmentKeys('trace', { trace: value })),
  'fileKeys()': async (path) => core.KeyRing.from(core.fileKeys(path)),
  'wrappedKeys(keys)': async (keys) =>
    core.KeyRing.from(core.wrappedKeys(keys, async () => Promise.resolve(bytes))),
  'wrappedKeys(each)': async (each) =>
    core.KeyRing.from(core.wrappedKeys([each], async () => Promise.resolve(bytes))),
  'wrappedKeys(unwrap)': async (unwrap) =>
    core.KeyRing.from(core.wrappedKeys([{ id: '2026', wrapped: bytes }], unwrap)),
  'wrappedKeys(unwrapped)': async (value) =>
    core.KeyRing.from(
      core.wrappedKeys([{ id: '2026', wrapped: bytes }], async () => Promise.resolve(value)),
    ),
  'new SecretBox()': (value) => new core.SecretBox(value),
  'seal(plaintext)': (plaintext) => box.seal(plaintext, context),
  'seal(context)': (value) => box.seal(bytes, value),
  'seal(value)': (value) => box.seal(bytes, { row: value }),
  'open(box)': (value) => box.open(value, context),
  'open(context)': (value) => box.open(sealed, value),
  'reseal(box)': (value) => box.reseal(value, context),
  'reseal(context)': (value) => box.reseal(sealed, value),
  'needsReseal()': (value) => box.needsReseal(value),
  ...Object.fromEntries(
    (
      [
        [core.aes256Gcm, input],
        [core.xaes256Gcm, xaesInput],
      ] as const
    ).flatMap(([aead, right]) => {
      const open = aead.seal(bytes, right);
      return Object.entries<Call>({
        'seal(plaintext)': (plaintext) => aead.seal(plaintext, right),
        'seal(input)': (value) => aead.seal(bytes, value),
        'seal(key)': (value) => aead.seal(bytes, { ...right, key: value }),
        'seal(nonce)': (nonce) => aead.seal(bytes, { ...right, nonce }),
        'seal(associatedData)': (associatedData) =>
          aead.seal(bytes, { ...right, associatedData }),
        'open(sealed)': (value) => aead.open(value, right),
        'open(input)': (value) => aead.open(open, value),
        'open(key)': (value) => aead.open(open, { ...right, key: value }),
        'open(nonce)': (nonce) => aead.open(open, { ...right, nonce }),
        'open(associatedData)': (associatedData) =>
          aead.open(open, { ...right, associatedData }),
      }).map(([name, call]) => [`${aead.name}.${name}`, call]);
    }),
  ),
  'generateToken()': (options) => core.generateToken(options),
  'generateToken(bytes)': (value) => core.generateToken({ bytes: value }),
  'generateCode()': (options) => core.generateCode(options),
  'generateCode(digits)': (digits) => core.generateCode({ digits }),
  'sha256Digest()': (token) => core.sha256Digest(token),
  'keyedDigest()': (value) => core.keyedDigest(value),
  'keyedDigest(key)': (value) => core.keyedDigest({ ...digested, key: value }),
  'keyedDigest(purpose)': (purpose) => core.keyedDigest({ ...digested, purpose }),
  'keyedDigest(input)': (value) => core.keyedDigest({ ...digested, input: value }),
  'codeDigest()': (value) => core.codeDigest(value),
  'codeDigest(code)': (code) => core.codeDigest({ ...coded, code }),
  'verifyCode()': (value) => core.verifyCode(value, bytes),
  'verifyCode(key)': (value) => core.verifyCode({ ...coded, key: value }, bytes),
  'verifyCode(purpose)': (purpose) => core.verifyCode({ ...coded, purpose }, bytes),
  'canonicalJson()': (value) => core.canonicalJson(value),
  'parseJson()': (text) => core.parseJson(text),
  'chainHash(previous)': (previous) => core.chainHash(previous, 1),
  'chainHash(entry)': (entry) => core.chainHash(bytes, entry),
  'verifyChain()': (links) => core.verifyChain(links),
  'verifyChain(link)': (each) => core.verifyChain([each]),
  'verifyChain(entry)': (entry) => core.verifyChain([{ ...link, entry }]),
  'verifyChain(hash)': (hash) => core.verifyChain([{ ...link, hash }]),
  'verifyChain(options)': (options) => core.verifyChain([link], options),
  'verifyChain(previous)': (previous) => core.verifyChain([link], { previous }),
  'verifyChain(firstIndex)': (firstIndex) => core.verifyChain([link], { firstIndex }),
  'verifyChain(checkpoints)': (checkpoints) => core.verifyChain([link], { checkpoints }),
  'verifyChain(checkpoint)': (each) => core.verifyChain([link], { checkpoints: [each] }),
  'verifyChain(size)': (size) =>
    core.verifyChain([link], { checkpoints: [{ size, head: bytes }] }),
  'verifyChain(head)': (head) => core.verifyChain([link], { checkpoints: [{ size: 1, head }] }),
  'signCheckpoint(key)': (value) => core.signCheckpoint(value, statement),
  'signCheckpoint()': (value) => core.signCheckpoint(privateKey, value),
  'signCheckpoint(chain)': (chain) => core.signCheckpoint(privateKey, { ...statement, chain }),
  'signCheckpoint(size)': (size) => core.signCheckpoint(privateKey, { ...statement, size }),
  'signCheckpoint(head)': (head) => core.signCheckpoint(privateKey, { ...statement, head }),
  'signCheckpoint(at)': (at) => core.signCheckpoint(privateKey, { ...statement, at }),
  'verifyCheckpoint(key)': (value) => core.verifyCheckpoint(value, {}),
  'hmacSha256()': (form) => core.hmacSha256(form),
  'hmacSha256(header)': (header) => core.hmacSha256({ header, encoding: 'hex' }),
  'hmacSha256(encoding)': (encoding) => core.hmacSha256({ header: 'x', encoding }),
  'hmacSha256(prefix)': (prefix) => core.hmacSha256({ header: 'x', encoding: 'hex', prefix }),
  'hmacSha256(secretEncoding)': (secretEncoding) =>
    core.hmacSha256({ header: 'x', encoding: 'hex', secretEncoding }),
  'github.keyOf()': (secret) => core.github.keyOf(secret),
  'standardWebhooks.keyOf()': (secret) => core.standardWebhooks.keyOf(secret),
  'hmacSha256().keyOf()': (secret) =>
    core.hmacSha256({ header: 'x', encoding: 'hex', secretEncoding: 'hex' }).keyOf(secret),
  'signWebhook()': (value) => core.signWebhook(value),
  'signWebhook(id)': (id) => core.signWebhook({ ...outgoing, id }),
  'signWebhook(timestamp)': (timestamp) => core.signWebhook({ ...outgoing, timestamp }),
  'signWebhook(rawBody)': (rawBody) => core.signWebhook({ ...outgoing, rawBody }),
  'signWebhook(secrets)': (value) => core.signWebhook({ ...outgoing, secrets: value }),
  'signWebhook(secret)': (secret) => core.signWebhook({ ...outgoing, secrets: [secret] }),
  'verifyWebhook(scheme)': (scheme) => core.verifyWebhook(scheme, received),
  'verifyWebhook(scheme.headers)': (value) =>
    core.verifyWebhook({ ...core.standardWebhooks, headers: value }, received),
  'verifyWebhook(scheme.headers, Fetch)': (value) =>
    core.verifyWebhook(
      { ...core.standardWebhooks, headers: [value] },
      { ...received, headers: new Headers() },
    ),
  'verifyWebhook(scheme.read)': (read) =>
    core.verifyWebhook({ ...core.standardWebhooks, read }, { ...received, headers: {} }),
  'verifyWebhook(scheme.keyOf)': (keyOf) =>
    core.verifyWebhook({ ...core.standardWebhooks, keyOf }, { ...received, headers: {} }),
  'verifyWebhook()': (value) => core.verifyWebhook(core.standardWebhooks, value),
  ...Object.fromEntries(
    ['rawBody', 'headers', 'secrets', 'now', 'toleranceSeconds'].map((name) => [
      `verifyWebhook(${name})`,
      (value: unknown) =>
        core.verifyWebhook(core.standardWebhooks, { ...received, [name]: value }),
    ]),
  ),
  'verifyWebhook(secret)': (secret) =>
    core.verifyWebhook(core.standardWebhooks, { ...received, secrets: [secret] }),
  'verifyWebhook(header)': (value) =>
    core.verifyWebhook(core.standardWebhooks, {
      ...received,
      headers: { ...headers, 'webhook-id': value },
    }),
  'createRedactor()': (options) => core.createRedactor(options),
  'createRedactor(names)': (names) => core.createRedactor({ names }),
  'createRedactor(name)': (name) => core.createRedactor({ names: [name] }),
  'createRedactor(patterns)': (patterns) => core.createRedactor({ patterns }),
  'createRedactor(pattern)': (pattern) => core.createRedactor({ patterns: [pattern] }),
};

/** What is said of itself by every error that comes out, however it comes. */
async function thrownBy(call: Call, value: unknown): Promise<unknown> {
  try {
    await call(value as never);
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('what breaks a contract', () => {
  it.each(Object.entries(calls))(
    'is refused by %s with a code, and is not in the message',
    async (_, call) => {
      const thrown = await Promise.all(wrongValues.map(async (value) => thrownBy(call, value)));
      const errors = thrown.filter((error) => error !== undefined);
      expect(errors).not.toHaveLength(0);
      for (const error of errors) {
        expect(error).toBeInstanceOf(core.SecurityCoreError);
        expect((error as core.SecurityCoreError).code).toMatch(/^ERR_/u);
        expect((error as Error).message).not.toMatch(traces);
        expect((error as Error).cause).toBeUndefined();
      }
    },
  );

  it.each<[name: string, call: () => unknown]>([
    ['parseApiKey', () => wrongValues.map((value) => core.parseApiKey(value))],
    ['isApiKeyId', () => wrongValues.map((value) => core.isApiKeyId(value) || undefined)],
    [
      'verifyApiKey',
      () => wrongValues.map((value) => core.verifyApiKey(parsed as never, value as never)),
    ],
    [
      'verifyCode',
      () =>
        wrongValues.flatMap((value) => [
          core.verifyCode({ ...coded, code: value } as never, bytes),
          core.verifyCode(coded, value as never),
        ]),
    ],
    [
      'verifyCheckpoint',
      () => wrongValues.map((value) => core.verifyCheckpoint(publicKey, value)),
    ],
  ])('is no error of %s, which is given what strangers send', (_, call) => {
    const answers = call() as unknown[];
    expect(answers.filter(Boolean)).toEqual([]);
  });
});
