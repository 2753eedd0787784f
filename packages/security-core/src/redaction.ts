import { InvalidArgument } from './errors.js';
import { requireList, requireObject } from './lib/contract.js';
import { withoutNamed } from './lib/named-secrets.js';
import { copierOf } from './lib/redacted-copy.js';
import { redacted, withoutForms } from './lib/secret-forms.js';
import { secretNameTest, type SecretNameTest } from './lib/secret-names.js';

/** What else a program keeps out of its logs. */
export interface RedactionOptions {
  /** Further endings of names whose values are secrets, compared without case and punctuation. */
  readonly names?: readonly string[];
  /** Further forms of secrets inside text: all that they find, with the `g` flag or without. */
  readonly patterns?: readonly RegExp[];
}

/**
 * Makes a function that copies a value for a structured log, with `[redacted]` in place of what
 * must not be in one: every `Secret`; what goes by the name of a secret, as a property or inside
 * a text; API keys, bearer tokens, JWTs, private keys, passwords of URLs and the marked tokens of
 * known makers inside any text; and bytes, of which only the length is told.
 *
 * The copy is plain JSON values. Errors keep their name, message, code, stack, cause and errors;
 * URLs become text, headers and forms objects. Cycles are named, and so is what is left out: levels
 * beyond the 12th, entries of a list or an object beyond 1,000, values beyond 50,000. It never
 * throws, and of a stranger's object it reads the properties and calls no method.
 *
 * It is the second line. The first is to log nothing that can hold a secret.
 *
 * @throws {InvalidArgument} Names that are no texts with letters or digits, or patterns that are no regular expressions.
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
  if (!patterns.every((pattern) => pattern instanceof RegExp)) {
    throw new InvalidArgument('A pattern of secrets has to be a regular expression');
  }
  const isSecretName = secretNameTest(names);
  return copierOf({ isSecretName, cleanText: textCleaner(isSecretName, patterns) });
}

/** A part of every form and of every name with a value: most texts are done with one look. */
const partOfAny =
  /[=:@>]|--|%3d|nmk_|wh(?:sec|sk)_|gh[opsur]_|github_|gl[a-z]+-|npm_|xox|xapp-|[rs]k[_-]|aiza|gocspx|ya29|1\/\/0|hooks\.slack|bearer|basic|eyj/iu;

function textCleaner(
  isSecretName: SecretNameTest,
  patterns: readonly RegExp[],
): (text: string) => string {
  // All that they find, from the beginning: another flag leaves the rest of a text as it is.
  const own = patterns.map((pattern) => {
    const flags = `${pattern.flags.replace(/[gy]/gu, '')}g`;
    // The program's own, not out of input.
    // eslint-disable-next-line security/detect-non-literal-regexp
    return new RegExp(pattern, flags);
  });
  return (text) => {
    const clean = partOfAny.test(text) ? withoutNamed(withoutForms(text), isSecretName) : text;
    return own.reduce((rest, pattern) => rest.replace(pattern, redacted), clean);
  };
}
