import { InvalidOption } from '../errors.js';

interface Range {
  readonly least: number;
  readonly most: number;
  readonly fallback: number;
}

/**
 * An option that is a number in a range.
 *
 * @throws InvalidOption when it is not.
 */
export function numberOption(name: string, value: number | undefined, range: Range): number {
  if (value === undefined) return range.fallback;
  if (typeof value !== 'number' || !(value >= range.least && value <= range.most)) {
    throw new InvalidOption(name, `${name} must be a number ${describe(range)}.`);
  }
  return value;
}

/**
 * An option that is a whole number in a range; a fallback may lie outside it.
 *
 * @throws InvalidOption when it is not.
 */
export function integerOption(name: string, value: number | undefined, range: Range): number {
  const number = numberOption(name, value, range);
  if (value !== undefined && !Number.isInteger(number)) {
    throw new InvalidOption(name, `${name} must be a whole number ${describe(range)}.`);
  }
  return number;
}

function describe({ least, most }: Range): string {
  return most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
}
