import { type StandardSchemaV1 } from '@standard-schema/spec';
import { wordsOf } from './lib/input/issue-words.js';
import { type InvalidField, Problem } from './problem.js';

// An answer should not be many times the size of the request that caused it.
const MOST_ERRORS = 50;
const LONGEST_TEXT = 300;

const UNKNOWN_FIELD = 'There is no such field or option.';

/** The path of a field that a schema may have: keys of a record can be anything. */
const plainPath = /^[\w.-]{1,100}$/;

/**
 * Validates input that a handler has read itself; bodies, queries and parameters with a
 * `schema` are validated before the handler runs.
 *
 * @returns what the schema makes of the input
 * @throws {Problem} 400 `invalid_request`, with an entry in `errors` for each issue
 */
export async function validateInput<Schema extends StandardSchemaV1>(
  schema: Schema,
  input: unknown,
): Promise<StandardSchemaV1.InferOutput<Schema>> {
  const result = await schema['~standard'].validate(input);
  if (result.issues !== undefined) throw invalidInput(result.issues, input);
  return result.value;
}

/**
 * @param input what a schema was given; where no schema found the issues, none is needed
 * @returns the problem that says what was found wrong with the input
 */
export function invalidInput(
  issues: readonly StandardSchemaV1.Issue[],
  input?: unknown,
): Problem {
  const errors = withoutConsequences(issues)
    .flatMap((issue) => fieldsOf(issue, input))
    .slice(0, MOST_ERRORS);
  return Problem.invalidRequest(detailOf(errors), errors);
}

/** Without what zod says besides of a value that is not even of the kind: that a text is too long for a list. */
function withoutConsequences(
  issues: readonly StandardSchemaV1.Issue[],
): StandardSchemaV1.Issue[] {
  const others = new Set(issues.filter(isOfAnotherKind).map(pathOf));
  return issues.filter((issue) => isOfAnotherKind(issue) || !others.has(pathOf(issue)));
}

function isOfAnotherKind(issue: StandardSchemaV1.Issue): boolean {
  return (issue as { code?: unknown }).code === 'invalid_type';
}

function pathOf({ path = [] }: StandardSchemaV1.Issue): string {
  return JSON.stringify(path.map(keyOf));
}

function fieldsOf(issue: StandardSchemaV1.Issue, input: unknown): InvalidField[] {
  const path = (issue.path ?? []).map(keyOf);
  const unknown = unknownKeysOf(issue);
  if (unknown === undefined) return [fieldOf(path, wordsOf(issue, input))];
  return unknown.map((key) => fieldOf([...path, key], UNKNOWN_FIELD));
}

/** zod makes one issue of all keys that an object may not have, and quotes them in its message. */
function unknownKeysOf(issue: StandardSchemaV1.Issue): readonly string[] | undefined {
  const { code, keys } = issue as { code?: unknown; keys?: unknown };
  return code === 'unrecognized_keys' && Array.isArray(keys) ? keys.map(String) : undefined;
}

function fieldOf(path: readonly string[], message: string): InvalidField {
  return {
    path: path.join('.').slice(0, LONGEST_TEXT),
    message: message.slice(0, LONGEST_TEXT),
  };
}

/** The first error in words; without a path that only the client knows. */
function detailOf([first]: readonly InvalidField[]): string {
  if (first === undefined) return 'The request is not valid.';
  if (first.message === UNKNOWN_FIELD) {
    return 'The request has a field or an option that does not exist; `errors` names it.';
  }
  return plainPath.test(first.path) ? `${first.path}: ${first.message}` : first.message;
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
