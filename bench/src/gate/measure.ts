import type { Run } from '../frame/benchmark.ts';
import { Child } from '../frame/child.ts';
import type { LoopPlan, LoopResult } from '../frame/closed-loop.ts';
import type { LoadGenerator } from '../frame/load-generator.ts';
import { interleave } from '../frame/rounds.ts';
import { createDatabase } from '../service/stores.ts';
import { prepareStores } from '../service/vision-api.ts';
import type { BetterAuthSetup } from './contenders/better-auth.ts';
import type { GatedService, KeyChecker, Limiter, Served } from './contenders/contract.ts';
import type { LimitsSetup } from './contenders/limits.ts';
import type { NomoslySetup } from './contenders/nomosly.ts';
import type { LimiterSetup } from './contenders/rate-limiter-flexible.ts';

export const OURS = 'nomosly';
export const BETTER_AUTH = 'better-auth';
export const BETTER_AUTH_LIMITED = 'better-auth, rate limit on';
export const checkers = [OURS, BETTER_AUTH, BETTER_AUTH_LIMITED] as const;

export const GATED = 'with the gate';
export const OPEN = 'without it';
export const routes = [OPEN, GATED] as const;

export const BUCKET = '@nomo/limits, the bucket';
export const EVERYTHING = '@nomo/limits, all that the gate asks';
export const RATE_LIMITER = 'rate-limiter-flexible';
export const limiters = [BUCKET, EVERYTHING, RATE_LIMITER] as const;

/** One call at a time, for what a call takes; many, for what a process sustains. */
export const ALONE = 1;
export const CROWD = 32;

/** As many keys as keep the rows of two calls under way from being the same one, mostly. */
const KEYS = 64;

type Rounds<Name extends string> = Readonly<Record<Name, readonly LoopResult[]>>;

export interface Measurements {
  /** The running service, through HTTP. */
  readonly routes: Readonly<Record<'alone' | 'crowd', Rounds<(typeof routes)[number]>>>;
  /** Checking a key, in a crowd: called directly, and through HTTP. */
  readonly checks: Readonly<Record<'direct' | 'http', Rounds<(typeof checkers)[number]>>>;
  readonly limiters: Readonly<Record<'alone' | 'crowd', Rounds<(typeof limiters)[number]>>>;
}

const FULL = { rounds: 7, milliseconds: 1500, warmUpMs: 1000 };
const QUICK = { rounds: 1, milliseconds: 200, warmUpMs: 100 };

const script = (name: string): URL => new URL(`contenders/${name}.ts`, import.meta.url);

export async function measure(run: Run): Promise<Measurements> {
  const plan = run.quick ? QUICK : FULL;
  await using stack = new AsyncDisposableStack();

  run.progress('preparing databases and keys');
  const environment = await prepareStores(stack);
  const nomosly: NomoslySetup = { environment, keys: KEYS };
  const ours = stack.use(await Child.start<GatedService>(OURS, script('nomosly'), nomosly));
  const generator = stack.use(
    await Child.start<LoadGenerator>(
      'load generator',
      new URL('../frame/load-generator.ts', import.meta.url),
    ),
  );

  /** Warms every contender up, then measures them in turn. */
  const rounds = async <Name extends string>(
    what: string,
    names: readonly Name[],
    concurrency: number,
    loop: (name: Name, plan: LoopPlan) => Promise<LoopResult>,
  ): Promise<Rounds<Name>> => {
    run.progress(`${what}: ${plan.rounds} rounds, ${concurrency} at a time`);
    for (const name of names) await loop(name, { concurrency, milliseconds: plan.warmUpMs });
    const milliseconds = plan.milliseconds;
    return interleave(names, plan.rounds, (name) => loop(name, { concurrency, milliseconds }));
  };
  const load = (
    path: string,
    { origin, keys }: Served,
    loop: LoopPlan,
  ): Promise<LoopResult> => {
    const headers = keys.map((key) => ({ 'x-api-key': key }));
    return generator.call('load', { ...loop, origin, path, headers });
  };

  const served = await ours.call('service', null);
  const route = (name: (typeof routes)[number], loop: LoopPlan): Promise<LoopResult> =>
    load(name === GATED ? '/gated' : '/open', served, loop);
  const routesAlone = await rounds('a route with and without the gate', routes, ALONE, route);
  const routesCrowd = await rounds('a route with and without the gate', routes, CROWD, route);

  const betterAuth = async (name: string, rateLimit: boolean): Promise<Child<KeyChecker>> => {
    const database = stack.use(await createDatabase());
    const setup: BetterAuthSetup = {
      databaseUrl: database.url,
      keys: KEYS,
      connections: CROWD,
      rateLimit,
    };
    return stack.use(await Child.start<KeyChecker>(name, script('better-auth'), setup));
  };
  const children: Readonly<Record<(typeof checkers)[number], Child<KeyChecker>>> = {
    [OURS]: ours,
    [BETTER_AUTH]: await betterAuth(BETTER_AUTH, false),
    [BETTER_AUTH_LIMITED]: await betterAuth(BETTER_AUTH_LIMITED, true),
  };
  const direct = await rounds(
    'checking a key, called directly',
    checkers,
    CROWD,
    (name, loop) => children[name].call('check', loop),
  );
  const http = await rounds('checking a key, over HTTP', checkers, CROWD, async (name, loop) =>
    load('/checked', await children[name].call('served', null), loop),
  );

  const redis: LimiterSetup = { redisUrl: environment.REDIS_URL, keys: KEYS };
  const limits = async (name: string, everything: boolean): Promise<Child<Limiter>> => {
    const setup: LimitsSetup = { ...redis, everything };
    return stack.use(await Child.start<Limiter>(name, script('limits'), setup));
  };
  const counters: Readonly<Record<(typeof limiters)[number], Child<Limiter>>> = {
    [BUCKET]: await limits(BUCKET, false),
    [EVERYTHING]: await limits(EVERYTHING, true),
    [RATE_LIMITER]: stack.use(
      await Child.start<Limiter>(RATE_LIMITER, script('rate-limiter-flexible'), redis),
    ),
  };
  const consume = (name: (typeof limiters)[number], loop: LoopPlan): Promise<LoopResult> =>
    counters[name].call('consume', loop);
  return {
    routes: { alone: routesAlone, crowd: routesCrowd },
    checks: { direct, http },
    limiters: {
      alone: await rounds('counting against a limit', limiters, ALONE, consume),
      crowd: await rounds('counting against a limit', limiters, CROWD, consume),
    },
  };
}
