import { redacted } from './secret-forms.js';
import type { SecretNameTest } from './secret-names.js';

/**
 * A name, and what parts it from its value: `name=`, `"name": `, `\"name\":`, `user[name]=`,
 * `name%3D`, `--name `, `<name>`. In a path, as in `POST /token: 400`, it is none. After a colon
 * the value may stand in the next line if it has quotes.
 */
const label =
  // No part of it can be read in two ways; the test with long texts watches over it.
  // eslint-disable-next-line no-control-regex, security/detect-unsafe-regex
  /(?<![\p{L}\p{M}\p{N}_./-])(?<name>[\p{L}\p{M}\p{N}_.-]+)(?:(?:\[\]|%5B%5D)?\\*["'`]?(?:\]|%5D)?[ \t]*(?<separator>:=|=>|=(?![=>])|:|%3D)(?:[ \t]|\u001b\[[\d;]{0,16}m)*(?:\r?\n[ \t]*(?=\\*["'`]))?|(?<=<[\w.:-]{1,64})>|(?<=--[\w-]{1,64})[ \t]+(?!-))/gu;

/** Names of secrets in a query or a form that are, elsewhere, also those of other things. */
const ambiguous = /(?:^|[._-])(?:[Cc]ode|CODE|[Kk]ey|KEY)$|[a-z\d](?:Code|Key)$/u;
const ambiguousInQuery = /(?:code|key)$/iu;
const innocentInQuery =
  /(?:area|country|currency|error|exit|language|post|postal|region|response|state|status|zip)[._-]?code$|(?:don|mon|tur)key$|(?:foreign|partition|primary|sort)[._-]?key$/iu;
const plainWord = /^(?:[A-Z]{0,2}\d{1,5}|[A-Z_]+|[a-z_]+)$/u;

/** Up to what ends a parameter, or the string that it stands in. */
const parameter = /(?:[^\s&#"'`\\%]|%(?!26)|["'`](?![\s,;:)\]}\\]|$)|\\(?![nrt"'`\\]))+/uy;

/** After a colon. If more follows in its line it is the first of a sentence: `token: has expired`. */
const word = /[^\s,;"'`{}[\]()\\]+/uy;
const endOfWord = /[ \t]*(?:[,;)}\]\r\n"'`]|\\+["'`nrt]|$)|[ \t]+#/uy;

/** Of YAML: the lines that are further in. */
// Each line is read in one way alone.
// eslint-disable-next-line security/detect-unsafe-regex
const block = /[|>][-+\d]*[ \t]*\r?\n(?:[ \t]+[^\r\n]*(?:\r?\n|$))+/uy;

const element = /[^<]+/uy;
const openingQuote = /\\*["'`]/uy;

/** The groups of a label: an option and an element have no sign between. */
interface Label {
  readonly name: string;
  readonly separator: string | undefined;
}

/** A value as it stands in a text. */
interface Value {
  readonly end: number;
  /** Stays around what is hidden. */
  readonly quote: string;
  /** What it says; of a list or an object nothing that matters. */
  readonly said: unknown;
}

/**
 * Puts `[redacted]` in place of the values that go by the name of a secret inside a text. Takes
 * a time that is linear in the length of the text.
 */
export function withoutNamed(text: string, isSecretName: SecretNameTest): string {
  const words = new WordReader(text);
  let clean = '';
  let end = 0;
  for (const found of text.matchAll(label)) {
    const { name, separator } = found.groups as unknown as Label;
    const start = found.index + found[0].length;
    const assigned = separator === '=' || separator === '%3D';
    const common = assigned && ambiguous.test(name);
    const parameterName =
      assigned && ambiguousInQuery.test(name) && !innocentInQuery.test(name);
    if (found.index < end || !(common || parameterName || isSecretName(name, ''))) {
      continue;
    }
    const value = separator === ':' ? words.valueAt(start) : assignedValue(text, start);
    if (value === undefined) {
      continue;
    }
    const inQuery =
      separator === '%3D' ||
      '?&;'.includes(text.charAt(found.index - 1) || ' ') ||
      text[value.end] === '&';
    if (
      isSecretName(name, value.said) ||
      (parameterName && inQuery) ||
      (common && !innocentInQuery.test(name) && !plainWord.test(String(value.said)))
    ) {
      clean += text.slice(end, start) + value.quote + redacted + value.quote;
      end = value.end;
    }
  }
  return clean + text.slice(end);
}

function assignedValue(text: string, start: number): Value | undefined {
  if (text[start - 1] === '>' && text[start - 2] !== '=') {
    return plainValue(start, matchAt(element, text, start));
  }
  const enclosed = enclosedValue(text, start);
  if (enclosed !== undefined) {
    // A shell joins what follows the quotes.
    const joined = enclosed.quote === '' ? '' : matchAt(parameter, text, enclosed.end);
    return { ...enclosed, end: enclosed.end + withoutPunctuation(joined).length };
  }
  return plainValue(start, withoutPunctuation(matchAt(parameter, text, start)));
}

/** Reads values after colons. Each word is read once, though names may follow within it. */
class WordReader {
  readonly #text: string;
  #endOfSentenceStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  valueAt(start: number): Value | undefined {
    const text = this.#text;
    const enclosed =
      enclosedValue(text, start) ?? plainValue(start, matchAt(block, text, start));
    if (enclosed !== undefined || start < this.#endOfSentenceStart) {
      return enclosed;
    }
    const value = plainValue(start, matchAt(word, text, start));
    if (value !== undefined && !fitsAt(endOfWord, text, value.end)) {
      this.#endOfSentenceStart = value.end;
      return undefined;
    }
    return value;
  }
}

/** In quotes or brackets; to the end of the text if that was cut off. */
function enclosedValue(text: string, start: number): Value | undefined {
  const quote = matchAt(openingQuote, text, start);
  if (quote !== '') {
    const from = start + quote.length;
    const end = endOfQuoted(text, from, quote);
    const closing = text.startsWith(quote, end) ? quote.length : 0;
    return { quote, said: text.slice(from, end), end: end + closing };
  }
  return text[start] === '[' || text[start] === '{'
    ? { quote: '', said: redacted, end: endOfBrackets(text, start) }
    : undefined;
}

/**
 * Where the closing quote begins, its backslashes included. In a string inside a string, and so
 * on, a quote has n backslashes: those of an escaped one are n + (n + 1) more, those of an
 * escaped backslash before it a multiple of 2 × (n + 1). One with fewer closes what is around.
 */
function endOfQuoted(text: string, from: number, quote: string): number {
  const depth = quote.length - 1;
  const mark = quote.slice(-1);
  for (let at = text.indexOf(mark, from); at >= 0; at = text.indexOf(mark, at + 1)) {
    let first = at;
    while (first > from && text[first - 1] === '\\') first -= 1;
    const backslashes = at - first;
    if (backslashes < depth) return first;
    if (backslashes % (2 * (depth + 1)) === depth) return at - depth;
  }
  return text.length;
}

function endOfBrackets(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

function plainValue(start: number, bare: string): Value | undefined {
  return bare === '' ? undefined : { quote: '', said: typed(bare), end: start + bare.length };
}

/** Of the list or the sentence that a value stands in. */
function withoutPunctuation(value: string): string {
  let { length } = value;
  while (length > 0 && ',;)]}'.includes(value.charAt(length - 1))) length -= 1;
  return value.slice(0, length);
}

/** Nothing where the pattern does not fit. */
function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function fitsAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** What a bare value would be outside a text. */
function typed(bare: string): unknown {
  switch (bare) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
    case 'undefined':
      return null;
    default:
      return /^\d+$/u.test(bare) ? Number(bare) : bare;
  }
}
