import type { Report, Target } from '../frame/benchmark.ts';
import type { LoopResult } from '../frame/closed-loop.ts';
import { difference, ratio, spread } from '../frame/statistics.ts';
import { figure, type Table, withSpread } from '../frame/table.ts';
import { ENGINE_MS, type Medians } from './contenders/contract.ts';
import {
  chains,
  CROWD,
  EMPTY,
  LONG,
  type Measurements,
  RECORDED,
  recordings,
  SILENT,
} from './measure.ts';
import { contenders, OURS, ROW_BY_ROW, type Worked } from './usage.ts';
import { pins } from './worker-process.ts';

/** What the product promises. */
const USAGE_PER_SECOND = 15_000;
const TIMES_ROW_BY_ROW = 5;
const DRAINED_PER_SECOND = 3_000;
/** More than this between the chains would be growth, less is the machine. */
const FLAT = 0.9;
const RECORDING_ADDS = 0.15;
const USAGE_ADDS_MS = 0.3;

const kinds = ['creating', 'revoking'] as const;

export function report(taken: Measurements, stores: Readonly<Record<string, string>>): Report {
  const { usage, drain } = taken;
  return {
    title: 'pipelines',
    method: [
      `Usage: the vision-worker as it runs in production, ${pins ? 'held to one core' : 'which this machine cannot hold to one core'}, empties a queue that is filled beforehand, into the partitioned table whose trigger adds up the hours. A job holds 500 events when it is full, 32 when 32 requests wait at once, and 1 when a request is alone. Beside it, ${pins ? 'on the same core, ' : ''}a plain BullMQ worker with one prepared INSERT for each job into the same table, with ${String(usage.concurrency)} jobs at once, which did best of 8, 32 and 128. Both begin from a queue that is full, and end when it is empty; the rows are counted.`,
      'Audit drain: one tenant, pages of 1,000, through the worker’s own door, with an empty chain and a long one in turn.',
      'recordAudit: the repository of vision-api makes and revokes keys one at a time, in turn with events recorded (and the worker called) and with nothing in their place. Events are checked and sent while PostgreSQL is busy with the change.',
      `Requests: ${CROWD} at a time over HTTP, through the gate, to the same handler with and without its use recorded, which is when the answer waits until Redis has it. Once the handler waits ${ENGINE_MS} ms, as for the engine’s threads, half of the requests recorded and half not, at the same time. And once it does nothing, in turn: then the process is saturated, and each microsecond of work of its own adds ${CROWD} to what a caller waits.`,
      'All of it, PostgreSQL and Redis too, shares the cores of this machine.',
    ],
    targets: [
      ...usageTargets(taken),
      ...drainTargets(taken),
      ...changeTargets(taken),
      requestTarget(taken),
    ],
    tables: [
      {
        title: 'Usage into PostgreSQL',
        columns: ['', 'events/s', 'worker’s CPU per event', `events/s over ${ROW_BY_ROW}`],
        rows: contenders.map((name) => [
          name,
          withSpread(spread(perSecond(usage.rounds[name]))),
          withSpread(
            spread(usage.rounds[name].map((each) => each.processorMicrosecondsPerEvent)),
            ' µs',
          ),
          name === ROW_BY_ROW
            ? ''
            : withSpread(
                ratio(perSecond(usage.rounds[name]), perSecond(usage.rounds[ROW_BY_ROW])),
              ),
        ]),
      },
      {
        title: `Draining ${figure(drain.events)} audit events of one tenant`,
        columns: [
          '',
          'rows before',
          'events/s',
          'process’ CPU per event',
          `events/s over ${EMPTY}`,
        ],
        rows: chains.map((name) => [
          name,
          figure(name === LONG ? drain.length : 0),
          withSpread(spread(drainRates(taken, name))),
          withSpread(
            spread(
              drain.rounds[name].map(
                ({ processorSeconds }) => (processorSeconds * 1e6) / drain.events,
              ),
            ),
            ' µs',
          ),
          name === EMPTY
            ? ''
            : withSpread(ratio(drainRates(taken, LONG), drainRates(taken, EMPTY))),
        ]),
      },
      {
        title: 'A change of a key in one transaction, the median',
        columns: ['', 'without recordAudit', 'with it', 'with it over without'],
        rows: kinds.map((kind) => [
          `${kind} a key`,
          withSpread(spread(changesOf(taken, 'silent', kind)), ' ms'),
          withSpread(spread(changesOf(taken, 'recorded', kind)), ' ms'),
          withSpread(changeRatio(taken, kind)),
        ]),
      },
      requestTable(
        `A request with a handler that waits ${ENGINE_MS} ms, ${CROWD} at a time, half of them recorded`,
        taken.requests.working,
      ),
      requestTable(
        `A request with a handler that does nothing, ${CROWD} at a time`,
        taken.requests.idle,
      ),
    ],
    notes: [
      `One RPUSH of as many bytes into the same Redis, by itself, takes ${withSpread(spread(taken.requests.bareWrites), ' ms')}: what any record waits for that is on the disk before the answer leaves.`,
    ],
    versions: stores,
  };
}

function usageTargets({ usage: { rounds } }: Measurements): Target[] {
  const rate = spread(perSecond(rounds[OURS]));
  const times = ratio(perSecond(rounds[OURS]), perSecond(rounds[ROW_BY_ROW]));
  return [
    {
      promise: `the usage worker writes ≥ ${figure(USAGE_PER_SECOND)} events/s on one core, 32 a job`,
      measured: withSpread(rate),
      met: rate.median >= USAGE_PER_SECOND,
    },
    {
      promise: `≥ ${TIMES_ROW_BY_ROW} × one row a job`,
      measured: `${withSpread(times)} ×`,
      met: times.median >= TIMES_ROW_BY_ROW,
    },
  ];
}

function drainTargets(taken: Measurements): Target[] {
  const rate = spread(drainRates(taken, LONG));
  const flat = ratio(drainRates(taken, LONG), drainRates(taken, EMPTY));
  return [
    {
      promise: `the audit drain chains ≥ ${figure(DRAINED_PER_SECOND)} events/s of one tenant`,
      measured: withSpread(rate),
      met: rate.median >= DRAINED_PER_SECOND,
    },
    {
      promise: `as fast behind ${figure(taken.drain.length)} rows as behind none (≥ ${FLAT} ×)`,
      measured: `${withSpread(flat)} ×`,
      met: flat.median >= FLAT,
    },
  ];
}

function changeTargets(taken: Measurements): Target[] {
  return kinds.map((kind) => {
    const adds = spread(
      changesOf(taken, 'recorded', kind).map(
        (recorded, round) =>
          100 * (recorded / (changesOf(taken, 'silent', kind)[round] ?? NaN) - 1),
      ),
    );
    return {
      promise: `recordAudit adds ≤ ${figure(100 * RECORDING_ADDS)} % to ${kind} a key`,
      measured: withSpread(adds, ' %'),
      met: adds.median <= 100 * RECORDING_ADDS,
    };
  });
}

function requestTarget({ requests: { working } }: Measurements): Target {
  const added = difference(medians(working[RECORDED]), medians(working[SILENT]));
  return {
    promise: `durable usage adds ≤ ${USAGE_ADDS_MS} ms at the median, ${CROWD} at a time`,
    measured: withSpread(added, ' ms'),
    met: added.median <= USAGE_ADDS_MS,
  };
}

function requestTable(title: string, rounds: Measurements['requests']['working']): Table {
  return {
    title,
    columns: ['', 'calls/s', 'p50', 'p99', 'p50 more'],
    rows: recordings.map((name) => [
      name,
      withSpread(spread(perSecond(rounds[name]))),
      withSpread(spread(medians(rounds[name])), ' ms'),
      withSpread(spread(rounds[name].map(({ p99 }) => p99)), ' ms'),
      name === SILENT
        ? ''
        : withSpread(difference(medians(rounds[name]), medians(rounds[SILENT])), ' ms'),
    ]),
  };
}

const perSecond = (rounds: readonly (Worked | LoopResult)[]): number[] =>
  rounds.map((round) => round.perSecond);

const medians = (rounds: readonly LoopResult[]): number[] => rounds.map(({ p50 }) => p50);

function drainRates({ drain }: Measurements, name: (typeof chains)[number]): number[] {
  return drain.rounds[name].map(({ seconds }) => drain.events / seconds);
}

function changesOf(
  { changes }: Measurements,
  which: 'recorded' | 'silent',
  kind: keyof Medians,
): number[] {
  return changes.map((round) => round[which][kind]);
}

function changeRatio(taken: Measurements, kind: keyof Medians): ReturnType<typeof ratio> {
  return ratio(changesOf(taken, 'recorded', kind), changesOf(taken, 'silent', kind));
}
