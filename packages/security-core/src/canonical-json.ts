import { InvalidArgument } from './errors.js';

/** What JSON can say. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** No document of ours comes near; a deeper one, or a cycle, is refused before the stack ends. */
const deepest = 200;

/**
 * The canonical bytes of a JSON value: no white space, properties by their names' UTF-16 code
 * units, numbers and strings as ECMAScript writes them, in UTF-8. Equal values have equal bytes,
 * whoever computes them.
 * Source: RFC 8785
 *
 * @throws {InvalidArgument} Anything that JSON cannot say without a change: `undefined`, a
 *   function, NaN, an infinite number, a bigint, a lone surrogate, a hole in a list, an object
 *   that is more than its properties (a Date, a Map), or more than 200 levels.
 *
 * @example
 * ```ts
 * import { canonicalJson } from '@nomo/security-core/hash-chain';
 *
 * new TextDecoder().decode(canonicalJson({ b: 1.0, a: ['é', 1e21] })); // '{"a":["é",1e+21],"b":1}'
 * ```
 */
export function canonicalJson(value: JsonValue): Uint8Array {
  return Buffer.from(write(value, 0), 'utf8');
}

function write(value: unknown, depth: number): string {
  if (depth > deepest) {
    throw new InvalidArgument('A JSON value has more levels than can be right');
  }
  if (value === null || typeof value === 'boolean') {
    return String(value);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    return writeText(value);
  }
  if (Array.isArray(value)) {
    return `[${Array.from(value, (each) => write(each, depth + 1)).join(',')}]`;
  }
  if (typeof value === 'object' && isPlain(value)) {
    const members = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => `${writeText(name)}:${write(each, depth + 1)}`);
    return `{${members.join(',')}}`;
  }
  throw new InvalidArgument('There is a value that JSON cannot say');
}

function writeText(text: string): string {
  if (!text.isWellFormed()) {
    throw new InvalidArgument('There is a text with a lone surrogate: it has no UTF-8');
  }
  return JSON.stringify(text);
}

/** Made by a literal, by JSON.parse, or without a prototype. In any realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return (
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'hasOwnProperty'))
  );
}
