import { availableParallelism } from 'node:os';
import type { Run } from '../frame/benchmark.ts';
import { Child } from '../frame/child.ts';
import type { LoopResult } from '../frame/closed-loop.ts';
import { interleave } from '../frame/rounds.ts';
import { prepareIdentityStores } from '../service/identity.ts';
import type { PasswordVerifier } from './contenders/argon2.ts';
import { startOurs } from './issuers.ts';
import { clientOf, emailOf, populate, REDIRECT_URI, slugOf } from './seed.ts';
import type { SignInLoad } from './sign-in-load.ts';
import type { TokenLoad } from './token-load.ts';

export const ARGON2 = '@node-rs/argon2 alone';
export const SIGN_INS = 'password sign-ins';

export interface PasswordsTaken {
  readonly processes: number;
  readonly rates: Readonly<Record<typeof ARGON2 | typeof SIGN_INS, readonly LoopResult[]>>;
  /** Client credentials, a few at a time, while sign-ins saturate the cores. */
  readonly tokensBeside: readonly LoopResult[];
}

const FULL = { rounds: 5, milliseconds: 4000, warmUpMs: 6000 };
const QUICK = { rounds: 1, milliseconds: 800, warmUpMs: 300 };

/** People who sign in at a time: more than there are cores, fewer than may fail at a time. */
const PEOPLE = 8;
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
  const people = stack.use(await Child.start<SignInLoad>(SIGN_INS, script('sign-in-load.ts')));

  const stores = await prepareIdentityStores(stack);
  const population = { organizations: 1, usersEach: USERS, applicationsEach: 10 };
  await populate(stores.databaseUrl, stores.environment.SECRET_BOX_KEYS, population);
  // Each hashes one password at a time, which leaves the rest of the machine to everything else.
  const ours = await startOurs(stack, stores, cores);
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientOf(1, 1).clientId,
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const signIns = (milliseconds: number): Promise<LoopResult> =>
    people.call('signIns', {
      concurrency: PEOPLE,
      milliseconds,
      origins: ours.origins,
      authorize: `/${slugOf(1)}/authorize?${query.toString()}`,
      emails: Array.from({ length: USERS }, (_, index) => emailOf(1, index + 1)),
      redirectUri: REDIRECT_URI,
    });

  run.progress(`${SIGN_INS}: ${plan.rounds} rounds, ${PEOPLE} people at a time`);
  await signIns(plan.warmUpMs);
  const rates = await interleave([ARGON2, SIGN_INS] as const, plan.rounds, (name) =>
    name === SIGN_INS
      ? signIns(plan.milliseconds)
      : argon2.call('verify', { concurrency: cores, milliseconds: plan.milliseconds }),
  );

  run.progress('tokens, while people sign in');
  const tokensBeside: LoopResult[] = [];
  for (let round = 0; round < plan.rounds; round++) {
    const [, tokens] = await Promise.all([
      signIns(plan.milliseconds),
      generator.call('forms', {
        concurrency: MACHINES,
        milliseconds: plan.milliseconds,
        origins: ours.origins,
        forms: ours.clientCredentials,
        status: 200,
        expected: ['"access_token":"eyJ'],
      }),
    ]);
    tokensBeside.push(tokens);
  }
  return { processes: cores, rates, tokensBeside };
}
