import { InvalidArgument } from './errors.js';
import { requireList, requireObject, requireText } from './lib/contract.js';
import { secretNameTest } from './lib/secret-names.js';
import { redacted, textCleaner } from './lib/secret-text.js';
import { Secret } from './secret.js';

/** What else a program keeps out of its logs. */
export interface RedactionOptions {
  /** Further endings of names whose values are secrets, compared without case and punctuation. */
  readonly names?: readonly string[];
  /** Further forms of secrets inside text: all that they find, with the `g` flag or without. */
  readonly patterns?: readonly RegExp[];
}

/** Deeper than any log entry that a person reads. */
const deepest = 12;

/** Entries of one list or object: beyond them a log entry is a dump. */
const longest = 1_000;

/**
 * Makes a function that copies a value for a structured log, with `[redacted]` in place of what
 * must not be in one: every `Secret`; what goes by the name of a secret, as a property or inside
 * a text; API keys, bearer tokens, JWTs, private keys, passwords of URLs and the marked tokens of
 * known makers inside any text; and bytes, of which only the length is told.
 *
 * The copy is plain JSON values. Errors keep their name, message, code, stack, cause and errors;
 * URLs become text, headers and forms objects; cycles and what lies too deep are named. It never
 * throws, and of a stranger's object it reads the properties and calls no method.
 *
 * It is the second line. The first is to log nothing that can hold a secret.
 *
 * @throws {InvalidArgument} Names that are no texts, or patterns that are no regular expressions.
 *
 * @example
 * ```ts
 * import { createRedactor } from '@nomo/security-core/redaction';
 *
 * const redact = createRedactor({ names: ['aadhaar'] });
 * redact({ user: 'u1', password: 'hunter2', url: '/cb?state=1&code=abc' });
 * // { user: 'u1', password: '[redacted]', url: '/cb?state=1&code=[redacted]' }
 * redact('{"token":"abc","hasPassword":true}'); // '{"token":"[redacted]","hasPassword":true}'
 * ```
 */
export function createRedactor(options: RedactionOptions = {}): (value: unknown) => unknown {
  requireObject(options, 'What says how to redact');
  const { names = [], patterns = [] } = options;
  requireList(names, 'names');
  requireList(patterns, 'patterns');
  for (const name of names) {
    requireText(name, 'A name of secrets');
  }
  if (!patterns.every((pattern) => pattern instanceof RegExp)) {
    throw new InvalidArgument('A pattern of secrets has to be a regular expression');
  }
  const isSecretName = secretNameTest(names);
  const cleanText = textCleaner(isSecretName, patterns);

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
    if (value instanceof URL) {
      return cleanText(value.href);
    }
    const result: Record<string, unknown> = {};
    for (const [name, read] of entriesOf(value).slice(0, longest)) {
      // Defined, not assigned: a property may be called `__proto__`.
      Object.defineProperty(result, cleanText(name), {
        value: safely(() => {
          const found = read();
          return isSecretName(name, found) ? redacted : copy(found, path);
        }),
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    return result;
  };

  return (value) => safely(() => copy(value, []));
}

type Entry = readonly [name: string, read: () => unknown];

function entriesOf(value: object): Entry[] {
  if (value instanceof Map) {
    return Array.from(value as ReadonlyMap<unknown, unknown>, ([key, each], index) => [
      nameOf(key, index),
      () => each,
    ]);
  }
  if (
    value instanceof Headers ||
    value instanceof URLSearchParams ||
    value instanceof FormData
  ) {
    const byName = Map.groupBy<string, [string, unknown]>(value, ([name]) => name);
    return Array.from(byName, ([name, pairs]) => [name, () => oneOrAll(pairs)]);
  }
  return propertiesOf(value);
}

/** A name may come more than once. */
function oneOrAll(pairs: readonly (readonly [string, unknown])[]): unknown {
  const values = pairs.map(([, value]) => value);
  return values.length === 1 ? values[0] : values;
}

/** What is no text, number or the like has no name of its own but its place. */
function nameOf(key: unknown, index: number): string {
  return (typeof key === 'object' && key !== null) || typeof key === 'function'
    ? `[${typeof key} ${index + 1}]`
    : String(key);
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
