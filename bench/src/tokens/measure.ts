import { availableParallelism } from 'node:os';
import type { Run } from '../frame/benchmark.ts';
import { Child } from '../frame/child.ts';
import type { LoopResult } from '../frame/closed-loop.ts';
import { interleave } from '../frame/rounds.ts';
import { prepareIdentityStores } from '../service/identity.ts';
import { accessTokenFor } from './ask.ts';
import {
  BETTER_AUTH,
  contender,
  type Issuer,
  OIDC_PROVIDER,
  OURS,
  startOurs,
  startPeer,
} from './issuers.ts';
import { measureOrganizations, type OrganizationsTaken } from './organizations.ts';
import { measurePasswords, type PasswordsTaken } from './passwords.ts';
import { rsaSignaturesPerSecond } from './rsa-limit.ts';
import { clientOf, populate, slugOf } from './seed.ts';
import type { Form, TokenLoad } from './token-load.ts';

/** Calls under way at any moment. */
export const CROWD = 32;

/** The limit of everything here, measured in the same rounds. */
export const LIMIT = 'openssl speed rsa2048';

/** What a round says of a contender. */
export interface Taken extends LoopResult {
  /** Processor time of its own processes for each call, in milliseconds. */
  readonly processorMs: number;
}

export interface Measurements {
  readonly cores: number;
  /** Signatures a second, in every round of each grant. */
  readonly limits: Readonly<Record<'clientCredentials' | 'refreshes', readonly number[]>>;
  readonly clientCredentials: Readonly<Record<string, readonly Taken[]>>;
  readonly refreshes: Readonly<Record<string, readonly Taken[]>>;
  /** Of access tokens, by their application, and of those of a user. */
  readonly introspections: Readonly<Record<string, readonly Taken[]>>;
  readonly reads: Readonly<Record<string, readonly Taken[]>>;
  readonly passwords: PasswordsTaken;
  readonly organizations: OrganizationsTaken;
}

/**
 * Warm: in 12 s V8 has compiled what a call takes, ours and theirs (6 are too few in two
 * processes). Many short rounds: what is compared lies close together, where neighbours have
 * changed less. Led in: what has stood still while others had their turn is slower for some 0.3 s,
 * by up to 40 % after ten seconds, ours and theirs.
 */
const FULL = { rounds: 12, milliseconds: 1200, warmUpMs: 12_000, leadInMs: 400 };
/** As short as `openssl speed` goes. */
const LIMIT_SECONDS = 1;
const QUICK = { rounds: 1, milliseconds: 400, warmUpMs: 200, leadInMs: 100 };

export async function measure(run: Run): Promise<Measurements> {
  await using generator = await Child.start<TokenLoad>(
    'load generator',
    new URL('token-load.ts', import.meta.url),
  );
  // One after the other: what one part has started has ended when the next begins.
  return {
    ...(await measureEndpoints(run, generator)),
    passwords: await measurePasswords(run, generator),
    organizations: await measureOrganizations(run, generator),
  };
}

async function measureEndpoints(
  run: Run,
  generator: Child<TokenLoad>,
): Promise<Omit<Measurements, 'passwords' | 'organizations'>> {
  const plan = run.quick ? QUICK : FULL;
  const cores = availableParallelism();
  const counts = [...new Set([1, cores])];
  await using stack = new AsyncDisposableStack();

  run.progress('starting NamoID, oidc-provider and better-auth');
  const stores = await prepareIdentityStores(stack);
  const population = { organizations: 1, usersEach: 100, applicationsEach: 10 };
  await populate(stores.databaseUrl, stores.environment.SECRET_BOX_KEYS, population);
  const issuers = new Map<string, Issuer>();
  for (const count of counts) {
    issuers.set(contender(OURS, count), await startOurs(stack, stores, count));
    for (const product of [OIDC_PROVIDER, BETTER_AUTH] as const)
      issuers.set(contender(product, count), await startPeer(stack, product, count, CROWD));
  }
  const issuer = (name: string): Issuer => {
    const found = issuers.get(name);
    if (found === undefined) throw new RangeError(`there is no ${name}`);
    return found;
  };
  const names = [...issuers.keys()];
  const ours = names.filter((name) => name.startsWith(OURS));

  /** Warms every contender up, then measures them in turn, and the limit with them if it is one. */
  const rounds = async (
    what: string,
    contenders: readonly string[],
    loop: (name: string, milliseconds: number) => Promise<LoopResult>,
  ): Promise<{ taken: Record<string, Taken[]>; limits: number[] }> => {
    run.progress(`${what}: ${plan.rounds} rounds, ${CROWD} at a time`);
    for (const name of contenders) if (name !== LIMIT) await loop(name, plan.warmUpMs);
    const limits: number[] = [];
    const taken = await interleave(contenders, plan.rounds, async (name) => {
      if (name === LIMIT) {
        limits.push(await rsaSignaturesPerSecond(cores, LIMIT_SECONDS));
        return undefined;
      }
      await loop(name, plan.leadInMs);
      const before = await issuer(name).processorMs();
      const result = await loop(name, plan.milliseconds);
      const used = (await issuer(name).processorMs()) - before;
      return { ...result, processorMs: used / result.calls };
    });
    const products = Object.entries(taken).filter(([name]) => name !== LIMIT);
    return {
      taken: Object.fromEntries(
        products.map(([name, each]) => [name, each.filter((one) => one !== undefined)]),
      ),
      limits,
    };
  };
  const forms = (name: string, sent: readonly Form[], milliseconds: number, expected: string) =>
    generator.call('forms', {
      concurrency: CROWD,
      milliseconds,
      origins: issuer(name).origins,
      forms: sent,
      status: 200,
      expected: [expected],
    });

  const clientCredentials = await rounds(
    'client credentials',
    [LIMIT, ...names],
    (name, milliseconds) =>
      forms(name, issuer(name).clientCredentials, milliseconds, '"access_token":"eyJ'),
  );
  const refreshes = await rounds(
    'refresh tokens, rotated',
    [LIMIT, ...names],
    async (name, milliseconds) => {
      const one = issuer(name);
      const { result, forms: living } = await generator.call('refreshes', {
        concurrency: CROWD,
        milliseconds,
        origins: one.origins,
        forms: one.refreshes,
        status: 200,
        expected: ['"access_token":"eyJ', '"id_token":"eyJ', '"refresh_token":"'],
      });
      one.refreshes = living;
      return result;
    },
  );

  const [first = ''] = ours;
  const [origin = ''] = issuer(first).origins;
  const tokens: string[] = [];
  for (const form of [issuer(first).clientCredentials[0], issuer(first).refreshes.at(-1)])
    if (form) tokens.push(await accessTokenFor(origin, form));
  const introspections = await rounds('introspection', ours, (name, milliseconds) => {
    const asked = tokens.map((token) => ({
      path: `/${slugOf(1)}/introspect`,
      client: clientOf(1, 1),
      parameters: { token },
    }));
    return forms(name, asked, milliseconds, '"active":true');
  });

  const reads = async (what: string, path: string): Promise<Record<string, Taken[]>> => {
    const etag = await etagOf(`${origin}${path}`);
    const kinds = {
      [what]: { headers: {}, status: 200 },
      [`${what}, unchanged since`]: { headers: { 'if-none-match': etag }, status: 304 },
    };
    const all: Record<string, Taken[]> = {};
    for (const [kind, { headers, status }] of Object.entries(kinds)) {
      const { taken } = await rounds(kind, ours, (name, milliseconds) =>
        generator.call('reads', {
          concurrency: CROWD,
          milliseconds,
          origins: issuer(name).origins,
          reads: [{ path, headers }],
          status,
        }),
      );
      for (const [name, each] of Object.entries(taken)) all[`${kind}: ${name}`] = each;
    }
    return all;
  };
  return {
    cores,
    limits: { clientCredentials: clientCredentials.limits, refreshes: refreshes.limits },
    clientCredentials: clientCredentials.taken,
    refreshes: refreshes.taken,
    introspections: introspections.taken,
    reads: {
      ...(await reads('JWKS', `/${slugOf(1)}/jwks`)),
      ...(await reads('discovery', `/${slugOf(1)}/.well-known/openid-configuration`)),
    },
  };
}

async function etagOf(url: string): Promise<string> {
  const answer = await fetch(url);
  await answer.body?.cancel();
  return answer.headers.get('etag') ?? '';
}
