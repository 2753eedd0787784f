import { availableParallelism } from 'node:os';
import type { Run } from '../frame/benchmark.ts';
import { Child } from '../frame/child.ts';
import type { LoopResult } from '../frame/closed-loop.ts';
import { interleave } from '../frame/rounds.ts';
import { prepareIdentityStores } from '../service/identity.ts';
import type { PasswordVerifier } from './contenders/argon2.ts';
import { contender, type Issuer, OURS, startOurs } from './issuers.ts';
import { clientOf, emailOf, populate, REDIRECT_URI, slugOf } from './seed.ts';
import type { SignInLoad } from './sign-in-load.ts';
import type { TokenLoad } from './token-load.ts';

export const ARGON2 = '@node-rs/argon2 alone';

export interface PasswordsTaken {
  /** Hashes alone. */
  readonly limits: readonly LoopResult[];
  readonly signIns: Readonly<Record<string, readonly LoopResult[]>>;
  /** Client credentials of the same processes, a few at a time, while sign-ins saturate the cores. */
  readonly tokensBeside: Readonly<Record<string, readonly LoopResult[]>>;
}

const FULL = { rounds: 5, milliseconds: 4000, warmUpMs: 6000 };
const QUICK = { rounds: 1, milliseconds: 800, warmUpMs: 300 };

/** People who sign in at a time: enough that a hash always waits, fewer than may fail at a time. */
export const PEOPLE = 24;
/** Callers of the token endpoint meanwhile. */
const MACHINES = 2;
const USERS = 100;

const script = (name: string): URL => new URL(name, import.meta.url);

/** How close password sign-ins come to what the cores can hash, and what they leave for others. */
export async function measurePasswords(
  run: Run,
  generator: Child<TokenLoad>,
): Promise<PasswordsTaken> {
  const plan = run.quick ? QUICK : FULL;
  const cores = availableParallelism();
  await using stack = new AsyncDisposableStack();
  const argon2 = stack.use(
    await Child.start<PasswordVerifier>(ARGON2, script('contenders/argon2.ts')),
  );
  const people = stack.use(
    await Child.start<SignInLoad>('password sign-ins', script('sign-in-load.ts')),
  );

  const stores = await prepareIdentityStores(stack);
  const population = { organizations: 1, usersEach: USERS, applicationsEach: 10 };
  await populate(stores.databaseUrl, stores.environment.SECRET_BOX_KEYS, population);
  // As many passwords are hashed at a time as there are cores.
  const products = new Map<string, Awaited<ReturnType<typeof startOurs>>>();
  for (const processes of new Set([1, cores])) {
    const atOnce = { PASSWORD_HASHES_AT_ONCE: String(cores / processes) };
    const environment = { ...stores.environment, ...atOnce };
    const name = contender(OURS, processes);
    products.set(name, await startOurs(stack, { ...stores, environment }, processes));
  }
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientOf(1, 1).clientId,
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const signIns = (name: string, milliseconds: number): Promise<LoopResult> =>
    people.call('signIns', {
      concurrency: PEOPLE,
      milliseconds,
      origins: product(name).origins,
      authorize: `/${slugOf(1)}/authorize?${query.toString()}`,
      emails: Array.from({ length: USERS }, (_, index) => emailOf(1, index + 1)),
      redirectUri: REDIRECT_URI,
    });
  const product = (name: string): Issuer => {
    const ours = products.get(name);
    if (ours === undefined) throw new Error(`${name} was not started`);
    return ours;
  };
  const names = [...products.keys()];

  run.progress(`password sign-ins: ${plan.rounds} rounds, ${PEOPLE} people at a time`);
  for (const name of names) await signIns(name, plan.warmUpMs);
  const { [ARGON2]: limits = [], ...taken } = await interleave(
    [ARGON2, ...names],
    plan.rounds,
    (name) =>
      name === ARGON2
        ? argon2.call('verify', { concurrency: cores, milliseconds: plan.milliseconds })
        : signIns(name, plan.milliseconds),
  );

  run.progress('tokens, while people sign in');
  const tokensBeside = await interleave(names, plan.rounds, async (name) => {
    const { origins, clientCredentials } = product(name);
    const [, tokens] = await Promise.all([
      signIns(name, plan.milliseconds),
      generator.call('forms', {
        concurrency: MACHINES,
        milliseconds: plan.milliseconds,
        origins,
        forms: clientCredentials,
        status: 200,
        expected: ['"access_token":"eyJ'],
      }),
    ]);
    return tokens;
  });
  return { limits, signIns: taken, tokensBeside };
}
