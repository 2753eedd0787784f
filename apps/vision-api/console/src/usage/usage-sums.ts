import { type Usage, type UsageDay } from '../api/schemas.js';
import { daysBetween } from '../texts/days.js';

export interface Sum {
  readonly requests: number;
  readonly errors: number;
}

/** The requests and errors of so many rows. */
export function total(rows: readonly UsageDay[]): Sum {
  let requests = 0;
  let errors = 0;
  for (const row of rows) {
    requests += row.requests;
    errors += row.errors;
  }
  return { requests, errors };
}

/** The share of requests that failed, 0..1; 0 where there was none. */
export function errorRate({ requests, errors }: Sum): number {
  return requests === 0 ? 0 : errors / requests;
}

/** One bar of the chart: a UTC day, and the requests of each operation on it. */
export type DayBar = { readonly date: string } & Readonly<Record<string, string | number>>;

/** A bar for each day of the range, those without a request among them. */
export function dayBars(
  { from, to, days }: Pick<Usage, 'from' | 'to' | 'days'>,
  operations: readonly string[],
): DayBar[] {
  const requests = new Map<string, number>();
  const name = (date: string, operation: string): string => `${date} ${operation}`;
  for (const row of days) {
    const of = name(row.date, row.operation);
    requests.set(of, (requests.get(of) ?? 0) + row.requests);
  }
  return daysBetween(from, to).map((date) => ({
    date,
    ...Object.fromEntries(
      operations.map((operation) => [operation, requests.get(name(date, operation)) ?? 0]),
    ),
  }));
}

/** What the table of use can be grouped by. */
export type Grouping = 'key' | 'operation' | 'day';

export interface Group extends Sum {
  /** The id of the key, the operation, or the day. */
  readonly of: string;
}

/** The sums of each key, operation or day: days newest first, the others by use. */
export function grouped(rows: readonly UsageDay[], by: Grouping): Group[] {
  const groups = new Map<string, UsageDay[]>();
  for (const row of rows) {
    const of = { key: row.keyId, operation: row.operation, day: row.date }[by];
    const group = groups.get(of);
    if (group === undefined) groups.set(of, [row]);
    else group.push(row);
  }
  return [...groups]
    .map(([of, members]) => ({ of, ...total(members) }))
    .sort((one, other) =>
      by === 'day' ? other.of.localeCompare(one.of) : other.requests - one.requests,
    );
}
