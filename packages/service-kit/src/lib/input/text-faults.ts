import { type StandardSchemaV1 } from '@standard-schema/spec';

/**
 * Nothing that a client sends here is nested deeper. Schemas and JSON.stringify call themselves
 * for each level: without a bound, a body of brackets alone would overflow the stack.
 */
const DEEPEST = 32;

const TOO_DEEP = `This is nested deeper than ${DEEPEST} levels.`;
const NUL = 'This must not have a NUL character.';
const HALF_A_PAIR = 'This is not valid UTF-8: it has half of a surrogate pair.';

/**
 * Looks through input, the names in it too, for text that PostgreSQL does not take (NUL) or that
 * would be stored as another text (half of a surrogate pair becomes U+FFFD), and for too many levels.
 *
 * @returns what was found and where; empty where all is well
 */
export function textFaults(
  input: unknown,
  path: readonly string[] = [],
): StandardSchemaV1.Issue[] {
  if (typeof input === 'string') return faultsOf(input, path);
  if (typeof input !== 'object' || input === null) return [];
  if (path.length >= DEEPEST) return [{ message: TOO_DEEP, path }];
  return Object.entries(input).flatMap(([name, value]) => {
    const inside = [...path, name];
    return [...faultsOf(name, inside), ...textFaults(value, inside)];
  });
}

function faultsOf(text: string, path: readonly string[]): StandardSchemaV1.Issue[] {
  if (text.includes('\0')) return [{ message: NUL, path }];
  return text.isWellFormed() ? [] : [{ message: HALF_A_PAIR, path }];
}
