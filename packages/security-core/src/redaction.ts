import { apiKeyPattern } from './api-key.js';
import { Secret } from './secret.js';

/** What stands in place of a secret. */
const redacted = '[redacted]';

/** What else a program keeps out of its logs. */
export interface RedactionOptions {
  /** Further names whose values are secrets, compared without case and punctuation. */
  readonly names?: readonly string[];
  /** Further forms of secrets inside text. Each needs the `g` flag, or finds one alone. */
  readonly patterns?: readonly RegExp[];
}

/**
 * A property whose name ends so holds a secret: `x-api-key`, `newPassword`, `client_secret`.
 * (`keyId`, `tokenCount` and `passwordChangedAt` do not end so.)
 */
const secretNames = [
  'accesskey',
  'apikey',
  'assertion',
  'authorization',
  'codeverifier',
  'cookie',
  'credential',
  'credentials',
  'jwt',
  'otp',
  'passphrase',
  'passwd',
  'password',
  'privatekey',
  'secret',
  'secretkey',
  'signature',
  'token',
];

/** Names that are secrets by themselves and too common as an ending. */
const wholeNames = ['auth', 'pass', 'pin', 'pwd'];

type Form = readonly [
  pattern: RegExp,
  replacement: string | ((found: string, at: number, text: string) => string),
];

const secretForms: readonly Form[] = [
  // Made from the one pattern for keys that there is, not from input.
  // eslint-disable-next-line security/detect-non-literal-regexp
  [new RegExp(apiKeyPattern, 'gu'), redacted],
  // Standard Webhooks and Stripe.
  [/\bwh(?:sec|sk)_[\w+/=-]+/gu, redacted],
  // RFC 6750.
  [/\b(bearer)\s+[\w.~+/=-]+/giu, `$1 ${redacted}`],
  // RFC 7617. What is no Base64 of anything with a colon, is a word.
  [
    /\bbasic\s+(?!basic\s)[\w+/-]+=*/giu,
    (found) =>
      Buffer.from(found.slice('basic'.length), 'base64').includes(':')
        ? `Basic ${redacted}`
        : found,
  ],
  // Compact JWS and JWE, RFC 7515 and 7516: a header that begins with `{"`. Each run of their
  // characters is looked at once, or a stranger could make it take the square of its length.
  [/(?<![\w.-])[\w.-]*eyJ[\w.-]*/gu, withoutJwt],
  // To the end, where one was cut off.
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu,
    redacted,
  ],
  // The password of a connection string.
  [/(\w:\/\/[^\s:/@]*:)[^\s/@]+@/gu, `$1${redacted}@`],
  // A parameter in a query or a form.
  [
    /([?&;\s]|^)([\w.-]*(?:token|secret|password|assertion|code|key|signature)=)[^&\s#]+/giu,
    `$1$2${redacted}`,
  ],
];

/** A part of every form above: what has none of them, as most texts, is done with one look. */
const partOfAny = /nmk_|wh(?:sec|sk)_|bearer|basic|eyj|-----begin|@|=/iu;

/** Names are few and come again with every entry; those that a stranger made up are not kept. */
const mostNamesKept = 1_000;
const longestNameKept = 64;

/** Deeper than any log entry that a person reads. */
const deepest = 12;

/** Entries of one list or object: beyond them a log entry is a dump. */
const longest = 1_000;

/**
 * Makes a function that copies a value for a structured log, with `[redacted]` in place of what
 * must not be in one: every `Secret`; the value of every property whose name says it is one; API
 * keys, bearer tokens, JWTs, private keys and passwords inside any text; and bytes, of which
 * only the length is told.
 *
 * The copy is plain JSON values. Errors keep their name, message, code, stack, cause and errors; cycles
 * and what lies too deep are named. It never throws, and calls no method of what it copies
 * except to read its properties.
 *
 * It is the second line. The first is to log nothing that can hold a secret.
 *
 * @example
 * ```ts
 * import { createRedactor } from '@nomo/security-core/redaction';
 *
 * const redact = createRedactor({ names: ['aadhaar'] });
 * redact({ user: 'u1', password: 'hunter2', url: '/cb?state=1&code=abc' });
 * // { user: 'u1', password: '[redacted]', url: '/cb?state=1&code=[redacted]' }
 * ```
 */
export function createRedactor({ names = [], patterns = [] }: RedactionOptions = {}): (
  value: unknown,
) => unknown {
  const endings = [...secretNames, ...names.map(plainName)];
  const verdicts = new Map<string, boolean>();
  const isSecretName = (name: string): boolean => {
    const known = verdicts.get(name);
    if (known !== undefined) {
      return known;
    }
    const plain = plainName(name);
    const secret =
      wholeNames.includes(plain) || endings.some((ending) => plain.endsWith(ending));
    if (verdicts.size < mostNamesKept && name.length <= longestNameKept) {
      verdicts.set(name, secret);
    }
    return secret;
  };
  const furtherForms = patterns.map((pattern) => [pattern, redacted] as const);
  const cleanText = (text: string): string =>
    without(furtherForms, partOfAny.test(text) ? without(secretForms, text) : text);

  const copy = (value: unknown, above: readonly object[]): unknown => {
    switch (typeof value) {
      case 'string':
        return cleanText(value);
      case 'bigint':
      case 'symbol':
        return cleanText(value.toString());
      case 'function':
        return '[function]';
      case 'object':
        return value === null ? null : copyObject(value, above);
      default:
        return value;
    }
  };

  const copyObject = (value: object, above: readonly object[]): unknown => {
    if (value instanceof Secret) {
      return redacted;
    }
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return `[${value.byteLength} bytes]`;
    }
    if (above.includes(value)) {
      return '[circular]';
    }
    if (above.length >= deepest) {
      return '[too deep]';
    }
    const path = [...above, value];
    if (value instanceof Date) {
      return Number.isNaN(value.getTime()) ? null : value.toISOString();
    }
    if (Array.isArray(value) || value instanceof Set) {
      return Array.from(value as Iterable<unknown>)
        .slice(0, longest)
        .map((each) => copy(each, path));
    }
    const entries = value instanceof Map ? mapEntries(value) : propertiesOf(value);
    const result: Record<string, unknown> = {};
    for (const [name, read] of entries.slice(0, longest)) {
      // Defined, not assigned: a property may be called `__proto__`.
      Object.defineProperty(result, cleanText(name), {
        value: isSecretName(name) ? redacted : safely(() => copy(read(), path)),
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    return result;
  };

  return (value) => safely(() => copy(value, []));
}

function without(forms: readonly Form[], text: string): string {
  return forms.reduce(
    (clean, [pattern, replacement]) =>
      typeof replacement === 'string'
        ? clean.replace(pattern, replacement)
        : clean.replace(pattern, replacement),
    text,
  );
}

/** A JWT at the end of a run of its characters: `eyJ` where a word may begin, and two dots after it. */
function withoutJwt(run: string, at: number, text: string): string {
  const secondDot = run.lastIndexOf('.', run.lastIndexOf('.') - 1);
  for (let begin = run.indexOf('eyJ'); begin >= 0; begin = run.indexOf('eyJ', begin + 1)) {
    if (begin + 'eyJ'.length >= secondDot) return run;
    const before = text.slice(Math.max(0, at + begin - 3), at + begin);
    // After a letter it is part of a word, unless that letter is of a `%3D`.
    if (!/[a-z\d]$/iu.test(before) || /^%[\da-f]{2}$/iu.test(before)) {
      return run.slice(0, begin) + redacted;
    }
  }
  return run;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/gu, '');
}

type Entry = readonly [name: string, read: () => unknown];

function mapEntries(map: ReadonlyMap<unknown, unknown>): Entry[] {
  return Array.from(map, ([key, value]) => [
    typeof key === 'string' ? key : `[${typeof key}]`,
    () => value,
  ]);
}

function propertiesOf(value: object): Entry[] {
  // An error's own are not enumerable.
  const hidden =
    value instanceof Error ? ['name', 'message', 'code', 'stack', 'cause', 'errors'] : [];
  const names = new Set([...hidden.filter((name) => name in value), ...Object.keys(value)]);
  return Array.from(names, (name) => [name, () => value[name as keyof typeof value]]);
}

/** A getter, or a proxy, may throw whatever it likes: that is no reason to lose a log entry. */
function safely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
}
