/** Nothing that is worth an audit event is nested deeper or has longer lists. */
const deepest = 10;
const longest = 1_000;

/** What of a value cannot be stored and read back as it is. */
export type Unstorable = 'text' | 'size' | 'kind';

/**
 * Looks through a value for what PostgreSQL or JSON cannot hold: NUL, lone surrogates, anything
 * that is no JSON value, too many levels or entries.
 */
export function unstorable(value: unknown, depth = 0): Unstorable | undefined {
  switch (typeof value) {
    case 'string':
      return value.includes('\0') || !value.isWellFormed() ? 'text' : undefined;
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : 'kind';
    case 'object':
      return value === null ? undefined : unstorableObject(value, depth);
    default:
      return 'kind';
  }
}

function unstorableObject(value: object, depth: number): Unstorable | undefined {
  if (!Array.isArray(value) && !isPlain(value)) {
    return 'kind';
  }
  const entries = Object.entries(value);
  if (depth >= deepest || entries.length > longest) {
    return 'size';
  }
  for (const [name, each] of entries) {
    const found = unstorable(name) ?? unstorable(each, depth + 1);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/** A date, a map or a secret has entries of its own, or none: they are not what it is. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  // Of whichever realm.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
