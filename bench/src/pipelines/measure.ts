import { randomUUID } from 'node:crypto';
import type { Run } from '../frame/benchmark.ts';
import { Child } from '../frame/child.ts';
import type { LoopResult } from '../frame/closed-loop.ts';
import type { LoadGenerator, LoadPlan } from '../frame/load-generator.ts';
import { interleave } from '../frame/rounds.ts';
import { type Environment, prepareStores } from '../service/vision-api.ts';
import type { AuditTrailSetup } from './contenders/audit-trail.ts';
import {
  type AuditTrail,
  type Drained,
  ENGINE_MS,
  type KeyChanges,
  type Medians,
  type RecordingService,
} from './contenders/contract.ts';
import { measureUsage, type UsageTaken } from './usage.ts';

export const SILENT = 'without its use recorded';
export const RECORDED = 'with its use recorded';
export const recordings = [SILENT, RECORDED] as const;
type Recording = (typeof recordings)[number];

export const EMPTY = 'an empty chain';
export const LONG = 'a long chain';
export const chains = [EMPTY, LONG] as const;

/** Requests under way. */
export const CROWD = 32;

export interface Measurements {
  readonly usage: UsageTaken;
  readonly drain: {
    readonly rounds: Readonly<Record<(typeof chains)[number], readonly Drained[]>>;
    /** Events of each round. */
    readonly events: number;
    /** What the long chain held before the first of them. */
    readonly length: number;
  };
  /** One round each; both come from the same round. */
  readonly changes: readonly {
    readonly recorded: Medians;
    readonly silent: Medians;
  }[];
  /** A handler that waits as for the engine, and one that does nothing. */
  readonly requests: Readonly<
    Record<'working' | 'idle', Readonly<Record<Recording, readonly LoopResult[]>>>
  > & {
    /** What one write to the same Redis takes by itself, in milliseconds. */
    readonly bareWrites: readonly number[];
  };
}

const FULL = {
  rounds: 7,
  drained: 20_000,
  chain: 1_000_000,
  pairs: 400,
  milliseconds: 2_000,
  bareWrites: 200,
  togetherMs: 5_000,
  warmUpMs: 2_000,
};
const QUICK = {
  rounds: 2,
  drained: 5_000,
  chain: 20_000,
  pairs: 100,
  milliseconds: 500,
  bareWrites: 50,
  togetherMs: 500,
  warmUpMs: 300,
};

const script = (name: string): URL => new URL(`contenders/${name}.ts`, import.meta.url);

export async function measure(run: Run): Promise<Measurements> {
  const plan = run.quick ? QUICK : FULL;
  await using stack = new AsyncDisposableStack();
  run.progress('preparing a database');
  const environment = await prepareStores(stack);
  const ownerUrl = environment.DATABASE_URL;

  const usage = await measureUsage(run, environment, ownerUrl);

  const changes = [];
  {
    await using child = await Child.start<KeyChanges>(
      'changes of keys',
      script('key-changes'),
      environment,
    );
    run.progress(`changes of keys: ${plan.rounds} rounds`);
    await child.call('alternate', plan.pairs);
    for (let round = 0; round < plan.rounds; round++)
      changes.push(await child.call('alternate', plan.pairs));
  }

  const requests = await measureRequests(run, environment, plan);

  const setup: AuditTrailSetup = { environment, ownerUrl };
  await using trail = await Child.start<AuditTrail>(
    'the audit drain',
    script('audit-trail'),
    setup,
  );
  run.progress(`the audit drain: making a chain of ${String(plan.chain)} events`);
  const long = randomUUID();
  for (let length = 0; length < plan.chain; length += plan.drained) {
    const page = { tenantId: long, events: Math.min(plan.drained, plan.chain - length) };
    await trail.call('fill', page);
    await trail.call('drain', page);
  }
  run.progress(`the audit drain: ${plan.rounds} rounds`);
  const drained = await interleave(chains, plan.rounds, async (name) => {
    const chain = { tenantId: name === LONG ? long : randomUUID(), events: plan.drained };
    await trail.call('fill', chain);
    return trail.call('drain', chain);
  });
  return {
    usage,
    drain: { rounds: drained, events: plan.drained, length: plan.chain },
    changes,
    requests,
  };
}

async function measureRequests(
  run: Run,
  environment: Environment,
  plan: typeof FULL,
): Promise<Measurements['requests']> {
  await using stack = new AsyncDisposableStack();
  const service = stack.use(
    await Child.start<RecordingService>('vision-api', script('recording-service'), environment),
  );
  const generator = stack.use(
    await Child.start<LoadGenerator>(
      'load generator',
      new URL('../frame/load-generator.ts', import.meta.url),
    ),
  );
  const { origin, keys } = await service.call('served', null);
  const headers = keys.map((key) => ({ 'x-api-key': key }));
  const loadOf = (path: string, concurrency: number, milliseconds: number): LoadPlan => ({
    concurrency,
    milliseconds,
    origin,
    path,
    headers,
  });
  const bareWrites: number[] = [];
  for (let round = 0; round < plan.rounds; round++)
    bareWrites.push(await service.call('bareWrites', plan.bareWrites));
  return {
    bareWrites,
    working: await besideEachOther(run, generator, plan, loadOf),
    idle: await inTurn(run, generator, plan, loadOf),
  };
}

type LoadOf = (path: string, concurrency: number, milliseconds: number) => LoadPlan;

/** Half of the crowd each, at the same time: the difference between them is a fraction of what rounds differ by. */
async function besideEachOther(
  run: Run,
  generator: Child<LoadGenerator>,
  plan: typeof FULL,
  loadOf: LoadOf,
): Promise<Measurements['requests']['working']> {
  const both = async (milliseconds: number): Promise<Record<Recording, LoopResult>> => {
    const plans = ['/silent-work', '/recorded-work'].map((path) => ({
      ...loadOf(path, CROWD / recordings.length, milliseconds),
      // All at once they would stay in step, and the one kind always come after the other.
      beginOverMs: ENGINE_MS,
    }));
    const [silent, recorded] = await generator.call('together', plans);
    if (silent === undefined || recorded === undefined)
      throw new Error('two loads were asked for');
    return { [SILENT]: silent, [RECORDED]: recorded };
  };
  run.progress(`requests, handlers that wait: ${plan.rounds} rounds`);
  await both(plan.warmUpMs);
  const taken = { [SILENT]: [] as LoopResult[], [RECORDED]: [] as LoopResult[] };
  for (let round = 0; round < plan.rounds; round++) {
    const results = await both(plan.togetherMs);
    for (const name of recordings) taken[name].push(results[name]);
  }
  return taken;
}

async function inTurn(
  run: Run,
  generator: Child<LoadGenerator>,
  plan: typeof FULL,
  loadOf: LoadOf,
): Promise<Measurements['requests']['idle']> {
  const paths = { [SILENT]: '/silent', [RECORDED]: '/recorded' };
  const load = (name: Recording, milliseconds: number): Promise<LoopResult> =>
    generator.call('load', loadOf(paths[name], CROWD, milliseconds));
  run.progress(`requests, handlers that do nothing: ${plan.rounds} rounds`);
  for (const name of recordings) await load(name, plan.warmUpMs);
  return interleave(recordings, plan.rounds, (name) => load(name, plan.milliseconds));
}
