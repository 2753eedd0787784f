/**
 * Decimals of every number in an answer: a tenth of a pixel on the largest image, and far finer
 * than any net is sure of its confidence. All 16 digits would more than double an answer.
 */
const SCALE = 1e5;

/** A copy of an answer, every number in it rounded to five decimals. */
export function rounded<Value>(value: Value): Value {
  return roundAny(value) as Value;
}

function roundAny(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value * SCALE) / SCALE;
  if (Array.isArray(value)) return value.map(roundAny);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, roundAny(member)]),
  );
}
