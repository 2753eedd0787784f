import { type StandardSchemaV1 } from '@standard-schema/spec';

/** What zod says by itself of a value of another kind; a schema's own words are left alone. */
const WORDS_OF_ZOD = /^Invalid (?:input|option): expected /;

/** What zod calls a kind, and what a client is told it is. */
const KINDS: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

/**
 * @param input what the schema was given
 * @returns what a client is told about an issue: of what is missing that it is, and what it may be
 */
export function wordsOf(issue: StandardSchemaV1.Issue, input: unknown): string {
  const { message, path = [] } = issue;
  if (!WORDS_OF_ZOD.test(message)) return message;
  const { expected, values } = issue as { expected?: unknown; values?: unknown };
  if (path.length === 0 && expected === 'object') return 'A JSON object has to be sent.';
  const value = valueAt(input, path);
  const wanted = wantedOf(expected, values);
  if (wanted === undefined) return value === undefined ? 'This is missing.' : message;
  if (value === undefined) return `This is missing. It has to be ${wanted}.`;
  // A parameter that is repeated is read as a list of what it was given.
  const isRepeated = Array.isArray(value) && expected !== 'object';
  if (isRepeated) return `This has to be ${wanted}, given once.`;
  // What is no number in a query, zod takes for NaN.
  const isOdd = values !== undefined || message.endsWith('NaN');
  return isOdd ? `This has to be ${wanted}.` : message;
}

function wantedOf(expected: unknown, values: unknown): string | undefined {
  if (Array.isArray(values)) {
    const listed = values.map(String).join(', ');
    return values.length === 1 ? listed : `one of: ${listed}`;
  }
  return typeof expected === 'string' ? KINDS[expected] : undefined;
}

function valueAt(input: unknown, path: NonNullable<StandardSchemaV1.Issue['path']>): unknown {
  let value = input;
  for (const segment of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    const key = typeof segment === 'object' ? segment.key : segment;
    value = (value as Readonly<Record<PropertyKey, unknown>>)[key];
  }
  return value;
}
