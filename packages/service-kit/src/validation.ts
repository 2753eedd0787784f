import { type StandardSchemaV1 } from '@standard-schema/spec';
import { type InvalidField, Problem } from './problem.js';

// An answer should not be many times the size of the request that caused it.
const MOST_ERRORS = 50;
const LONGEST_TEXT = 300;

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
  if (result.issues !== undefined) throw invalidInput(result.issues);
  return result.value;
}

/** @returns the problem that says what a schema found wrong with the input */
export function invalidInput(issues: readonly StandardSchemaV1.Issue[]): Problem {
  const errors = issues.slice(0, MOST_ERRORS).map(({ path = [], message }): InvalidField => ({
    path: path.map(keyOf).join('.').slice(0, LONGEST_TEXT),
    message: message.slice(0, LONGEST_TEXT),
  }));
  return Problem.invalidRequest('The request is not valid; `errors` says why.', errors);
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment): string {
  return String(typeof segment === 'object' ? segment.key : segment);
}
