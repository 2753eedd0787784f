import { type Outcome, OUTCOME_FIELDS } from './outcome.js';
import { type Result } from './run.js';

export type Field = (typeof OUTCOME_FIELDS)[number];
/** The fields that two outcomes differ in, each with what it is. */
export type Expected = Readonly<Partial<Record<Field, string | RegExp>>>;

/** A difference that is meant, with its reason. It explains the fields it names, and no others. */
export interface Difference {
  /** A short name, the heading in the document. */
  readonly title: string;
  /** Which cases: their names. */
  readonly cases: RegExp;
  /** What `oracle-side` answers; what is not named may be anything. */
  readonly theirs: Expected;
  /** What we answer. */
  readonly ours: Expected;
  readonly reason: string;
  /** Where it is written. */
  readonly source: string;
}

export interface Comparison {
  /** Cases with the same outcome on both sides, but for what every answer differs in. */
  readonly agreeing: readonly string[];
  /** The names of the cases that each row explains something of. */
  readonly explained: ReadonlyMap<Difference, readonly string[]>;
  /** What no row explains, in words. */
  readonly unexplained: readonly string[];
}

/** Holds the results against the table. `everywhere` are the rows that say nothing of a case. */
export function compare(
  results: readonly Result[],
  table: readonly Difference[],
  everywhere: ReadonlySet<Difference>,
): Comparison {
  const explained = new Map<Difference, string[]>(table.map((row) => [row, []]));
  const agreeing: string[] = [];
  const unexplained: string[] = [];
  for (const { name, theirs, ours } of results) {
    const differing = OUTCOME_FIELDS.filter((field) => theirs[field] !== ours[field]);
    const left = new Set<Field>(differing);
    let special = false;
    for (const row of table) {
      if (!row.cases.test(name)) continue;
      if (!matches(row.theirs, theirs) || !matches(row.ours, ours)) continue;
      const fields = fieldsOf(row).filter((field) => differing.includes(field));
      if (fields.length === 0) continue;
      explained.get(row)?.push(name);
      special ||= !everywhere.has(row);
      for (const field of fields) left.delete(field);
    }
    for (const field of left) {
      unexplained.push(`${name}: ${field}: theirs ${theirs[field]}, ours ${ours[field]}`);
    }
    if (left.size === 0 && !special) agreeing.push(name);
  }
  return { agreeing, explained, unexplained };
}

function fieldsOf({ theirs, ours }: Difference): Field[] {
  return OUTCOME_FIELDS.filter((field) => field in theirs || field in ours);
}

function matches(expected: Expected, outcome: Outcome): boolean {
  return OUTCOME_FIELDS.every((field) => {
    const value = expected[field];
    if (value === undefined) return true;
    return typeof value === 'string' ? value === outcome[field] : value.test(outcome[field]);
  });
}
