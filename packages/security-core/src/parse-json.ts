import { type JsonValue } from './canonical-json.js';
import { InvalidArgument } from './errors.js';
import { requireText } from './lib/contract.js';

/** A string of valid JSON, and the colon after it where it is a member's name. */
// eslint-disable-next-line security/detect-unsafe-regex -- there is one way to match a string: linear
const strings = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g;

/**
 * What a JSON text says, every name as it is written. `JSON.parse` may take a name that has an
 * escape for another one that any object of the process has, and so another caller can make it
 * read `{"\"":1}` as `{"\\":1}`: an entry that is read back for its hash is another one then.
 * Source: https://github.com/nodejs/node/issues/63785 (V8 13.6 and 14.6)
 *
 * @throws {InvalidArgument} It is not JSON, or nested too deeply. The text is not repeated.
 *
 * @example
 * ```ts
 * import { parseJson } from '@nomo/security-core/hash-chain';
 *
 * parseJson('{"a\\nb":[1.0]}'); // { 'a\nb': [ 1 ] }
 * ```
 */
export function parseJson(text: string): JsonValue {
  requireText(text, 'A JSON text');
  try {
    const value = JSON.parse(text) as JsonValue;
    return text.includes('\\') ? withNamesByThemselves(text) : value;
  } catch {
    throw new InvalidArgument('A JSON text cannot be read');
  }
}

/** Numbers the names, so that no object is made of one with an escape, and puts them back then. */
function withNamesByThemselves(text: string): JsonValue {
  const names: string[] = [];
  const numbered = text.replaceAll(strings, (string, colon?: string) => {
    if (colon === undefined) return string;
    names.push(JSON.parse(string.slice(0, -colon.length)) as string);
    return `"n${names.length - 1}":`;
  });
  const nameOf = (number: string): string => names[Number(number.slice(1))] as string;
  return JSON.parse(numbered, (_name, value: JsonValue): JsonValue =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, of]) => [nameOf(name), of]))
      : value,
  ) as JsonValue;
}

function isObject(value: JsonValue): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
