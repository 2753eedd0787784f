/** The middle of several rounds, with the lowest and the highest of them. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The value below which `share` (0 to 1) of the values lie, by the nearest-rank method:
 * always one of the values, never something between two of them.
 *
 * @throws RangeError when there are no values.
 */
export function percentile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new RangeError('No values, no percentile.');
  return value;
}

/** @throws RangeError when there are no values. */
export function spread(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length / 2;
  const middle = sorted.slice(Math.ceil(half) - 1, Math.floor(half) + 1);
  const [low, high] = [sorted[0], sorted.at(-1)];
  if (low === undefined || high === undefined) throw new RangeError('No rounds, no spread.');
  return { median: middle.reduce((sum, value) => sum + value, 0) / middle.length, low, high };
}

/**
 * The ratio of two contenders, taken within each round and only then brought together:
 * what slows the machine down for one round slows both, and leaves the ratio alone.
 *
 * @throws RangeError when the rounds do not pair up.
 */
export function ratio(numerators: readonly number[], denominators: readonly number[]): Spread {
  return paired(numerators, denominators, (a, b) => a / b);
}

/** As `ratio`, for what one contender takes more than the other. */
export function difference(
  minuends: readonly number[],
  subtrahends: readonly number[],
): Spread {
  return paired(minuends, subtrahends, (a, b) => a - b);
}

function paired(
  first: readonly number[],
  second: readonly number[],
  combine: (a: number, b: number) => number,
): Spread {
  return spread(
    first.map((value, round) => {
      const other = second[round];
      if (other === undefined || first.length !== second.length)
        throw new RangeError('Every round needs both contenders.');
      return combine(value, other);
    }),
  );
}
