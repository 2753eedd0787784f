import type { Run } from '../frame/benchmark.ts';
import type { Child } from '../frame/child.ts';
import { interleave } from '../frame/rounds.ts';
import type { Timing, Viewer } from './contenders/contract.ts';
import {
  type Contestant,
  cores,
  OURS,
  type Peer,
  peers,
  peersOf,
  processesOf,
  questions,
  startEngine,
  startPeer,
} from './contestants.ts';
import { type Material, material, type Question } from './material.ts';
import { judgeReading, type Reading } from './reading.ts';

/** Our engine with a single worker, where it is compared with itself. */
export const ONE_WORKER = 'one worker';

export interface Measurements {
  /** Milliseconds of every call, round by round; a round goes once over the material. */
  readonly latencies: ReadonlyMap<Question, ByName<readonly number[]>>;
  /** Answers a second with every core at work, round by round. */
  readonly throughputs: ReadonlyMap<Question, ByName<number>>;
  /** Where our time went while latency was measured. */
  readonly timings: ReadonlyMap<Question, Timing>;
  /** How many faces, labels or lines there were in the answers to the whole material. */
  readonly found: ReadonlyMap<Question, ReadonlyMap<string, number>>;
  readonly readings: ReadonlyMap<string, Reading>;
  /** Resident bytes of the process that answered for the latencies, after them. */
  readonly memory: ReadonlyMap<string, number>;
}

type ByName<Measurement> = Readonly<Record<string, readonly Measurement[]>>;

/**
 * How long the run takes: rounds of latency, rounds of throughput, and the milliseconds of
 * one of the latter. Text takes the longest by far, and its rounds vary least.
 */
const FULL = {
  latencyRounds: { faces: 5, compare: 5, labels: 5, text: 3 },
  throughputRounds: 3,
  throughputMs: 3000,
};
const QUICK = {
  latencyRounds: { faces: 1, compare: 1, labels: 1, text: 1 },
  throughputRounds: 1,
  throughputMs: 300,
};

export async function measure(run: Run): Promise<Measurements> {
  const plan = run.quick ? QUICK : FULL;
  const shown = material(run.quick);
  await using stack = new AsyncDisposableStack();

  run.progress('starting the contenders, each in a process of its own');
  const engine = stack.use(await startEngine({ ...shown, workers: 1 }));
  const viewers = new Map<Contestant, Child<Viewer>>([[OURS, engine]]);
  for (const peer of peers) viewers.set(peer, stack.use(await startPeer(peer, shown)));
  const viewer = (name: Contestant): Child<Viewer> => get(viewers, name);

  run.progress('warming up, and reading the pages');
  const readings = new Map<Contestant, Reading>();
  const found = new Map<Question, Map<string, number>>();
  for (const question of questions) {
    const counts = new Map<string, number>();
    for (const name of [OURS, ...peersOf[question]] as const) {
      counts.set(name, await viewer(name).call('found', question));
      if (question === 'text') readings.set(name, await read(viewer(name), shown));
    }
    found.set(question, counts);
  }

  const latencies = new Map<Question, ByName<readonly number[]>>();
  const timings = new Map<Question, Timing>();
  for (const question of questions) {
    const rounds = plan.latencyRounds[question];
    run.progress(`latency of ${question}: ${rounds} rounds`);
    const before = await engine.call('timing', question);
    const contestants = [OURS, ...peersOf[question]] as const;
    const passes = await interleave(contestants, rounds, (name) =>
      viewer(name).call('pass', question),
    );
    latencies.set(question, passes);
    timings.set(question, since(before, await engine.call('timing', question)));
  }

  const memory = new Map<Contestant, number>();
  for (const [name, child] of viewers) memory.set(name, await child.residentBytes());

  run.progress(`starting what it takes to use all ${cores} cores`);
  const allWorkers = stack.use(await startEngine({ ...shown, workers: cores }));
  const teams = new Map<Peer, readonly Child<Viewer>[]>();
  for (const peer of peers) {
    const team = [viewer(peer)];
    while (team.length < processesOf(peer)) team.push(stack.use(await startPeer(peer, shown)));
    teams.set(peer, team);
  }

  const throughputs = new Map<Question, ByName<number>>();
  for (const question of questions) {
    run.progress(`throughput of ${question}: ${plan.throughputRounds} rounds`);
    const runners = peersOf[question].flatMap((peer) => get(teams, peer));
    await Promise.all([allWorkers, ...runners].map((child) => child.call('pass', question)));
    const contestants = [ONE_WORKER, OURS, ...peersOf[question]] as const;
    const perSecond = await interleave(contestants, plan.throughputRounds, async (name) => {
      const loop = { question, milliseconds: plan.throughputMs };
      // Ours gets twice as many calls as it has workers, so that none waits for its next one.
      if (name === ONE_WORKER) return rate([engine], { ...loop, concurrency: 2 });
      if (name === OURS) return rate([allWorkers], { ...loop, concurrency: 2 * cores });
      return rate(get(teams, name), { ...loop, concurrency: 1 });
    });
    throughputs.set(question, perSecond);
  }
  return { latencies, throughputs, timings, found, readings, memory };
}

/** Answers a second of several processes together. */
async function rate(
  team: readonly Child<Viewer>[],
  loop: Parameters<Viewer['loop']>[0],
): Promise<number> {
  const results = await Promise.all(team.map((member) => member.call('loop', loop)));
  return results.reduce((sum, { perSecond }) => sum + perSecond, 0);
}

async function read(viewer: Child<Viewer>, shown: Material): Promise<Reading> {
  const read = await viewer.call('read', null);
  return judgeReading(
    shown.pages.map(({ lines }) => lines),
    read,
  );
}

function since(before: Timing, after: Timing): Timing {
  return {
    calls: after.calls - before.calls,
    decode: after.decode - before.decode,
    session: after.session - before.session,
    total: after.total - before.total,
  };
}

function get<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`${String(key)} was never set`);
  return value;
}
