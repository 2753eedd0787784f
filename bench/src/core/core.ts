import { constantTimeEqual } from '@nomo/security-core/constant-time';
import type { Benchmark, Report, Run, Target } from '../frame/benchmark.ts';
import { Child } from '../frame/child.ts';
import { interleave } from '../frame/rounds.ts';
import { ratio, spread } from '../frame/statistics.ts';
import { figure, type Table, withSpread } from '../frame/table.ts';
import { type PairName, pairs } from './contenders.ts';
import type { MeasuredPair, Side } from './pair-process.ts';
import { earlyExit, timingDifference } from './timing.ts';

/** What the product promises. */
const TIMES_STRIPE = 2;
const TIMES_STANDARD_WEBHOOKS = 10;
const OF_BARE_GCM = 0.6;
const KEYS_PER_SECOND = 300_000;
const OF_SHA256 = 0.7;
const TELLING_T = 10;

const FULL = { rounds: 25, milliseconds: 150, samples: 200_000 };
const QUICK = { rounds: 1, milliseconds: 50, samples: 2_000 };

interface Rounds {
  readonly titles: Readonly<Record<'pair' | Side, string>>;
  readonly ours: readonly number[];
  readonly other: readonly number[];
}

export const core: Benchmark = {
  name: 'core',
  summary: 'security-core beside stripe, standardwebhooks, bare AES-GCM and bare SHA-256',
  flags: {},

  async run(run) {
    const plan = run.quick ? QUICK : FULL;
    const taken = {} as Record<PairName, Rounds>;
    for (const name of Object.keys(pairs) as PairName[])
      taken[name] = await measure(run, plan, name);
    run.progress(`the time of comparing: ${plan.samples} samples`);
    const timing = {
      ours: timingDifference(constantTimeEqual, plan.samples),
      control: timingDifference(earlyExit, plan.samples),
    };
    return report(taken, timing);
  },
};

async function measure(run: Run, plan: typeof FULL, name: PairName): Promise<Rounds> {
  await using child = await Child.start<MeasuredPair>(
    name,
    new URL('pair-process.ts', import.meta.url),
    name,
  );
  const titles = await child.call('titles', null);
  run.progress(`${titles.pair}: ${plan.rounds} rounds`);
  const turn = (side: Side): Promise<number> =>
    child.call('rate', { side, milliseconds: plan.milliseconds });
  for (const side of ['ours', 'other'] as const) await turn(side);
  const rounds = await interleave(['ours', 'other'], plan.rounds, turn);
  return { titles, ...rounds };
}

function report(
  taken: Record<PairName, Rounds>,
  timing: Record<'ours' | 'control', ReturnType<typeof timingDifference>>,
): Report {
  return {
    title: 'core',
    method: [
      'One thread, in a process of its own for each pair, called directly, both of a pair in turn in each round; a call that does not succeed ends the run.',
      'Webhooks: JSON of 100 KB, verified over its bytes. stripe’s documented call parses the body after verifying it, and is also taken without that; standardwebhooks is told not to parse.',
      'The box seals under a ring and a context of four entries and opens again; beside it the same two ciphers of node:crypto, with nothing bound and no key derived; once with its key as a key object, and once as bytes.',
      'Comparing: 4,096 characters, a guess wrong in the first against one wrong in the last, in random order, as dudect does it; t beyond ±10 tells them apart. The control is a loop that leaves at the first difference.',
    ],
    targets: [
      times(taken.event, TIMES_STRIPE),
      times(taken.hindi, TIMES_STRIPE),
      times(taken.english, TIMES_STRIPE),
      times(taken.standard, TIMES_STANDARD_WEBHOOKS),
      times(taken.box, OF_BARE_GCM),
      keys(taken.key),
      {
        promise: `comparing tells nothing of where the difference is: abs(t) < ${TELLING_T}`,
        measured: `${figure(timing.ours.t)} (control ${figure(timing.control.t)})`,
        met: Math.abs(timing.ours.t) < TELLING_T,
      },
    ],
    tables: Object.values(taken).map(table),
    notes: [
      'In English, verifying alone, stripe loses only the time of decoding the body: both spend nearly all of theirs in SHA-256, as the row beside the bare HMAC shows, and nothing that verifies can be much faster. Outside ASCII the decoding is what counts.',
      `A guess wrong at its end takes ${figure(timing.ours.nanoseconds)} ns longer than one wrong at its beginning; with the control ${figure(timing.control.nanoseconds)} ns.`,
    ],
    versions: {},
  };
}

function times({ titles, ours, other }: Rounds, least: number): Target {
  const measured = ratio(ours, other);
  return {
    promise: `${titles.pair}: ≥ ${least} × ${titles.other}`,
    measured: `${withSpread(measured)} ×`,
    met: measured.median >= least,
  };
}

function keys({ ours, other }: Rounds): Target {
  const [perSecond, share] = [spread(ours), ratio(ours, other)];
  return {
    promise: `an API key: ≥ ${KEYS_PER_SECOND.toLocaleString('en-US')}/s a core, or ${OF_SHA256} of the limit that SHA-256 sets`,
    measured: `${withSpread(perSecond)}/s, ${withSpread(share)} ×`,
    met: perSecond.median >= KEYS_PER_SECOND || share.median >= OF_SHA256,
  };
}

function table({ titles, ours, other }: Rounds): Table {
  return {
    title: titles.pair,
    columns: ['', 'calls/s', `over ${titles.other}`],
    rows: [
      [titles.ours, withSpread(spread(ours)), withSpread(ratio(ours, other))],
      [titles.other, withSpread(spread(other)), ''],
    ],
  };
}
