import { isDate, isMap, isSet } from 'node:util/types';

import { Secret } from '../secret.js';
import { redacted } from './secret-forms.js';
import type { SecretNameTest } from './secret-names.js';

/** Deeper than any log entry that a person reads. */
const deepest = 12;

/** Entries of one list or object: beyond them a log entry is a dump. */
const longest = 1_000;

/** Values of one entry: what is shared by many branches is copied for each of them. */
const most = 50_000;

/** What a copier asks. */
export interface CopierPorts {
  readonly isSecretName: SecretNameTest;
  readonly cleanText: (text: string) => string;
}

/** Where a value stands, and how much was copied before it. */
interface Place {
  readonly above: readonly object[];
  readonly copied: { count: number };
}

type Entry = readonly [name: string, read: () => unknown];

/** Makes a function that copies any value as plain JSON values, and never throws. */
export function copierOf({
  isSecretName,
  cleanText,
}: CopierPorts): (value: unknown) => unknown {
  const copy = (value: unknown, place: Place): unknown => {
    switch (typeof value) {
      case 'string':
        return cleanText(value);
      case 'bigint':
      case 'symbol':
        return cleanText(value.toString());
      case 'function':
        return '[function]';
      case 'object':
        return value === null ? null : copyObject(value, place);
      default:
        return value;
    }
  };

  const copyObject = (value: object, { above, copied }: Place): unknown => {
    if (value instanceof Secret) {
      return redacted;
    }
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      return `[${value.byteLength} bytes]`;
    }
    if (isDate(value)) {
      return Number.isNaN(value.getTime()) ? null : value.toISOString();
    }
    if (value instanceof URL) {
      return cleanText(value.href);
    }
    if (above.includes(value)) {
      return '[circular]';
    }
    if (above.length >= deepest) {
      return '[too deep]';
    }
    copied.count += 1;
    if (copied.count > most) {
      return '[too much]';
    }
    const place = { above: [...above, value], copied };
    return Array.isArray(value) || isSet(value)
      ? copyList(Array.from(value as Iterable<unknown>), place)
      : copyEntries(entriesOf(value), place);
  };

  const copyList = (list: readonly unknown[], place: Place): unknown[] => {
    const copies = list.slice(0, longest).map((each) => copy(each, place));
    if (list.length > longest) copies.push(more(list));
    return copies;
  };

  const copyEntries = (entries: readonly Entry[], place: Place): Record<string, unknown> => {
    const result: Record<string, unknown> = {};
    // Of a header or a parameter written as `{ name, value }`.
    const [, named] = entries.find(([name]) => name === 'name') ?? [];
    for (const [name, read] of entries.slice(0, longest)) {
      define(
        result,
        cleanText(name),
        safely(() => {
          const found = read();
          const goesBy = name === 'value' ? safely(() => named?.()) : name;
          if (isSecretName(typeof goesBy === 'string' ? goesBy : name, found)) {
            return redacted;
          }
          return name === 'rawHeaders' && Array.isArray(found)
            ? copyRawHeaders(found, place)
            : copy(found, place);
        }),
      );
    }
    if (entries.length > longest) define(result, more(entries), true);
    return result;
  };

  /** As node:http has them: names and values in turn. */
  const copyRawHeaders = (headers: readonly unknown[], place: Place): unknown[] =>
    copyList(
      headers.map((each, index) => {
        const name = index % 2 === 1 ? headers[index - 1] : undefined;
        return typeof name === 'string' && isSecretName(name, each) ? redacted : each;
      }),
      place,
    );

  return (value) => safely(() => copy(value, { above: [], copied: { count: 0 } }));
}

/** Defined, not assigned: a property may be called `__proto__`. None replaces another. */
function define(result: Record<string, unknown>, name: string, value: unknown): void {
  let own = name;
  for (let number = 2; Object.hasOwn(result, own); number += 1) own = `${name} (${number})`;
  Object.defineProperty(result, own, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

function more(all: readonly unknown[]): string {
  return `[${all.length - longest} more]`;
}

function entriesOf(value: object): readonly Entry[] {
  if (isMap(value)) {
    return Array.from(value, ([key, each], index) => [nameOf(key, index), () => each]);
  }
  if (
    value instanceof Headers ||
    value instanceof URLSearchParams ||
    value instanceof FormData
  ) {
    return repeatable(value);
  }
  return propertiesOf(value);
}

/** A name may come more than once. */
function repeatable(pairs: Iterable<readonly [string, unknown]>): readonly Entry[] {
  const byName = new Map<string, unknown[]>();
  for (const [name, value] of pairs) {
    byName.set(name, [...(byName.get(name) ?? []), value]);
  }
  return Array.from(byName, ([name, values]) => [
    name,
    () => (values.length === 1 ? values[0] : values),
  ]);
}

/** What is no text, number or the like has no name of its own but its place. */
function nameOf(key: unknown, index: number): string {
  return (typeof key === 'object' && key !== null) || typeof key === 'function'
    ? `[${typeof key} ${index + 1}]`
    : String(key);
}

function propertiesOf(value: object): readonly Entry[] {
  // An error's own are not enumerable.
  const hidden = isError(value) ? ['name', 'message', 'code', 'stack', 'cause', 'errors'] : [];
  const names = new Set([...hidden.filter((name) => name in value), ...Object.keys(value)]);
  return Array.from(names, (name) => [name, () => value[name as keyof typeof value]]);
}

/** Also of another realm, such as that of a test runner. */
function isError(value: object): boolean {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/** A getter, or a proxy, may throw whatever it likes: that is no reason to lose a log entry. */
function safely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
}
