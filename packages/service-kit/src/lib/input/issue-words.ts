import { type StandardSchemaV1 } from '@standard-schema/spec';
import { z } from 'zod';
import { formatWords } from './format-words.js';
import { sizeWords } from './size-words.js';

/** What zod says of an issue by itself. */
const { localeError } = z.locales.en();

/** What zod calls a kind, and what a client is told it is. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
};

const INVALID = 'This is not valid.';

/**
 * @param input what the schema was given
 * @returns what a client is told about an issue: what it has to send instead. The words that a
 *   schema has for it are left alone
 */
export function wordsOf(issue: StandardSchemaV1.Issue, input: unknown): string {
  if (!isInWordsOfZod(issue)) return issue.message;
  const known = issue as z.core.$ZodIssue;
  switch (known.code) {
    case 'invalid_type':
      if (known.path.length === 0 && known.expected === 'object') {
        return 'A JSON object has to be sent.';
      }
      return kindWords(KINDS[known.expected], known, input);
    case 'invalid_value':
      return kindWords(oneOf(known.values.map(String)), known, input);
    case 'too_small':
    case 'too_big':
      return sizeWords(known);
    case 'invalid_format':
      return formatWords(known);
    case 'not_multiple_of':
      return `This has to be a multiple of ${known.divisor}.`;
    default:
      return kindWords(undefined, known, input);
  }
}

/** The value that zod was given is not in its issue, so what it says it received is left out. */
function isInWordsOfZod(issue: StandardSchemaV1.Issue): boolean {
  const words = localeError(issue as z.core.$ZodRawIssue);
  const text = typeof words === 'string' ? words : words?.message;
  return withoutReceived(issue.message) === withoutReceived(text ?? '');
}

function withoutReceived(message: string): string {
  return message.replace(/, received [^,]*$/, '');
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? values.join('') : `one of: ${values.join(', ')}`;
}

/** @param wanted what it has to be, if there are words for that */
function kindWords(
  wanted: string | undefined,
  issue: z.core.$ZodIssue,
  input: unknown,
): string {
  const value = valueAt(input, issue.path);
  if (wanted === undefined) return value === undefined ? 'This is missing.' : INVALID;
  if (value === undefined) return `This is missing. It has to be ${wanted}.`;
  // A parameter that is repeated is read as a list of what it was given.
  const isObject = issue.code === 'invalid_type' && KINDS[issue.expected] === KINDS['object'];
  const isRepeated = Array.isArray(value) && !isObject;
  return `This has to be ${wanted}${isRepeated ? ', given once' : ''}.`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}
