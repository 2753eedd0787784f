import { InvalidLimit } from '../errors.js';

/** The milliseconds of a UTC day, which has no leap seconds here. */
export const dayMs = 86_400_000;

const microsecondsPerSecond = 1_000_000;

/**
 * A bucket that takes longer than this to refill is a quota. It also keeps every number that
 * the scripts compute far below 2^53 microseconds.
 */
const longestRefillSeconds = 365 * 86_400;

/**
 * The emission interval of a bucket in whole microseconds, and its burst.
 *
 * @throws {InvalidLimit} A rate or burst that cannot be.
 */
export function bucketArguments({
  ratePerSecond,
  burst,
}: {
  readonly ratePerSecond: number;
  readonly burst: number;
}): [interval: number, burst: number] {
  if (!(ratePerSecond > 0 && ratePerSecond <= microsecondsPerSecond)) {
    throw new InvalidLimit('ratePerSecond has to be above 0 and at most 1,000,000');
  }
  if (!Number.isSafeInteger(burst) || burst < 1) {
    throw new InvalidLimit('burst has to be a whole number, at least 1');
  }
  if (burst / ratePerSecond > longestRefillSeconds) {
    throw new InvalidLimit('A bucket has to be full again within a year');
  }
  return [Math.ceil(microsecondsPerSecond / ratePerSecond), burst];
}

/**
 * The time, the stretch and the sum that a receipt holds.
 *
 * @throws {InvalidLimit} It is no receipt.
 */
export function receiptArguments(
  receipt: string | null,
): [takenAt: number, stretch: number, sum: number] {
  const [takenAt, stretch, sum, ...more] = (receipt ?? '').split(':').map(Number);
  if (!isWhole(takenAt) || !isWhole(stretch) || !isWhole(sum) || more.length > 0) {
    throw new InvalidLimit('The receipt has to be the one that the verdict came with');
  }
  return [takenAt, stretch, sum];
}

function isWhole(number: number | undefined): number is number {
  return Number.isSafeInteger(number);
}

/**
 * The limit of a quota, as it is.
 *
 * @throws {InvalidLimit} A limit that cannot be.
 */
export function validLimit(limit: number): number {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new InvalidLimit('The limit of a quota has to be a whole number, at least 1');
  }
  return limit;
}

/**
 * The day that ends at this moment, in days since 1970.
 *
 * @throws {InvalidLimit} No day ends then.
 */
export function dayThatEndsAt(resetAt: Date): number {
  const day = resetAt.getTime() / dayMs - 1;
  if (!Number.isSafeInteger(day)) {
    throw new InvalidLimit('resetAt has to be a midnight, UTC, as a verdict has it');
  }
  return day;
}
