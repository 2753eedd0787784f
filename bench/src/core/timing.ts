import { randomBytes } from 'node:crypto';

/** How two classes of inputs differ in time, in standard errors, and in the mean. */
export interface TimingDifference {
  readonly t: number;
  readonly nanoseconds: number;
}

/** The slowest samples are interruptions, and tell nothing of the comparison. */
const kept = 0.9;

/** Calls in one sample: below that the clock is too coarse. */
const batch = 8;

/**
 * Whether a comparison takes longer for a guess that is wrong at its end than for one that is
 * wrong at its beginning: Welch's t over samples of both, taken in random order. Beyond ±10 the
 * two are told apart beyond doubt.
 * Source: Reparaz, Balasch, Verbauwhede: "Dude, is my code constant time?" (2016)
 */
export function timingDifference(
  compare: (secret: string, guess: string) => boolean,
  samples: number,
): TimingDifference {
  const secret = randomBytes(2_048).toString('hex');
  const early = `x${secret.slice(1)}`;
  const late = `${secret.slice(0, -1)}x`;
  const times: Record<'early' | 'late', number[]> = { early: [], late: [] };
  const order = randomBytes(samples);
  let equal = 0;
  for (const coin of order) {
    const isEarly = coin < 128;
    const guess = isEarly ? early : late;
    const begin = process.hrtime.bigint();
    for (let turn = 0; turn < batch; turn += 1) equal += compare(secret, guess) ? 1 : 0;
    const taken = Number(process.hrtime.bigint() - begin) / batch;
    times[isEarly ? 'early' : 'late'].push(taken);
  }
  if (equal !== 0) throw new Error('A comparison took a wrong guess for the secret');
  const [a, b] = [moments(times.early), moments(times.late)];
  const difference = b.mean - a.mean;
  const error = Math.sqrt(a.variance / a.count + b.variance / b.count);
  return { t: difference / error, nanoseconds: difference };
}

function moments(values: readonly number[]): { mean: number; variance: number; count: number } {
  const sorted = Float64Array.from(values).sort();
  const used = sorted.subarray(0, Math.floor(sorted.length * kept));
  const count = used.length;
  const mean = used.reduce((sum, value) => sum + value, 0) / count;
  const variance = used.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, variance, count };
}

/** What every early exit does: the control that shows what the test can see. */
export function earlyExit(secret: string, guess: string): boolean {
  if (secret.length !== guess.length) return false;
  for (let at = 0; at < secret.length; at += 1) {
    if (secret.charCodeAt(at) !== guess.charCodeAt(at)) return false;
  }
  return true;
}
