import type { Report, Target } from '../frame/benchmark.ts';
import type { LoopResult } from '../frame/closed-loop.ts';
import { difference, ratio, type Spread, spread } from '../frame/statistics.ts';
import { type Table, withSpread } from '../frame/table.ts';
import {
  ALONE,
  BETTER_AUTH,
  BETTER_AUTH_LIMITED,
  checkers,
  CROWD,
  GATED,
  limiters,
  type Measurements,
  OPEN,
  OURS,
  RATE_LIMITER,
  routes,
} from './measure.ts';

/** What the product promises. */
const ADDED_MS = 0.6;
const TIMES_BETTER_AUTH = 5;

export function report(
  taken: Measurements,
  versions: Readonly<Record<string, string>>,
): Report {
  return {
    title: 'gate',
    method: [
      'The same handler of one running service, with the gate before it (key, scope, service-wide bucket, daily quota) and without it. Everything else of the service is there both times: logs, security headers, request ids.',
      'Load comes from a process of its own over kept connections, each caller waiting for its answer before its next call. All of it, PostgreSQL and Redis too, shares the cores of this machine.',
      'better-auth keeps its API keys in PostgreSQL, as it does by default, with as many connections as there are calls under way, without session or telemetry; once with its rate limit off, which is how it does the least, once with it on. Ours counts bucket and quota with every check. Both check 64 keys in turn: called directly, and before the same bare Express route.',
      'rate-limiter-flexible counts in a fixed window; our bucket is exact (GCRA). “All that the gate asks” is bucket, daily quota and the key’s record in one round trip.',
      'Limits are set so high that none refuses, and a refusal or an error would end the run.',
    ],
    targets: [addedLatency(taken), ...verifications(taken)],
    tables: [
      table(
        `A route of the running service, ${ALONE} call at a time`,
        routes,
        taken.routes.alone,
        OPEN,
      ),
      table(
        `A route of the running service, ${CROWD} at a time`,
        routes,
        taken.routes.crowd,
        OPEN,
      ),
      table(
        `Checking a key, called directly, ${CROWD} at a time`,
        checkers,
        taken.checks.direct,
        OURS,
      ),
      table(`Checking a key, over HTTP, ${CROWD} at a time`, checkers, taken.checks.http, OURS),
      table(
        `Counting against a limit in Redis, ${ALONE} call at a time`,
        limiters,
        taken.limiters.alone,
        RATE_LIMITER,
      ),
      table(
        `Counting against a limit in Redis, ${CROWD} at a time`,
        limiters,
        taken.limiters.crowd,
        RATE_LIMITER,
      ),
    ],
    notes: [],
    versions,
  };
}

function addedLatency({ routes: { alone } }: Measurements): Target {
  const added = difference(pick(alone[GATED], 'p50'), pick(alone[OPEN], 'p50'));
  return {
    promise: `the gate adds ≤ ${ADDED_MS} ms at the median`,
    measured: withSpread(added, ' ms'),
    met: added.median <= ADDED_MS,
  };
}

/** Against whichever way of setting better-auth up was the faster one. */
function verifications({ checks }: Measurements): Target[] {
  return (['direct', 'http'] as const).map((way) => {
    const ours = pick(checks[way][OURS], 'perSecond');
    const [measured] = [BETTER_AUTH, BETTER_AUTH_LIMITED]
      .map((name): Spread =>
        ratio(ours, pick(checks[way][name as typeof BETTER_AUTH], 'perSecond')),
      )
      .sort((a, b) => a.median - b.median);
    if (!measured) throw new Error('nothing to compare with');
    return {
      promise: `≥ ${TIMES_BETTER_AUTH} × the verifications/s of better-auth, ${way === 'http' ? 'over HTTP' : 'called directly'}`,
      measured: `${withSpread(measured)} ×`,
      met: measured.median >= TIMES_BETTER_AUTH,
    };
  });
}

/** Every contender with its rates, and the rate of each over that of `base`. */
function table<Name extends string>(
  title: string,
  names: readonly Name[],
  rounds: Readonly<Record<Name, readonly LoopResult[]>>,
  base: Name,
): Table {
  return {
    title,
    columns: ['', 'calls/s', 'p50', 'p99', `calls/s over ${base}`],
    rows: names.map((name) => [
      name,
      withSpread(spread(pick(rounds[name], 'perSecond'))),
      withSpread(spread(pick(rounds[name], 'p50')), ' ms'),
      withSpread(spread(pick(rounds[name], 'p99')), ' ms'),
      name === base
        ? ''
        : withSpread(ratio(pick(rounds[name], 'perSecond'), pick(rounds[base], 'perSecond'))),
    ]),
  };
}

function pick(
  rounds: readonly LoopResult[],
  figure: 'perSecond' | 'p50' | 'p99',
): readonly number[] {
  return rounds.map((round) => round[figure]);
}
