import type { Run } from '../frame/benchmark.ts';
import type { Child } from '../frame/child.ts';
import type { LoopResult } from '../frame/closed-loop.ts';
import { interleave } from '../frame/rounds.ts';
import { Identity, type IdentityStores, prepareIdentityStores } from '../service/identity.ts';
import { accessTokenFor } from './ask.ts';
import { AUDIENCE, SCOPE } from './contenders/contract.ts';
import { clientOf, grantTo, populate, type Population, REDIRECT_URI, slugOf } from './seed.ts';
import type { Form, TokenLoad } from './token-load.ts';

export const ONE = 'one organization';
export const MANY = 'many, a hundred of them in use';
export const COLD = 'many, another one at each call';

export interface OrganizationsTaken {
  readonly population: Population;
  readonly seedMs: number;
  /** For each endpoint, one call at a time. */
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, readonly LoopResult[]>>>>;
  readonly startMs: Readonly<Record<typeof ONE | typeof MANY, readonly number[]>>;
  /** Resident memory of a process that has just started, and once it has served them all, in bytes. */
  readonly residentBytes: { readonly before: number; readonly after: number };
}

const FULL = {
  population: { organizations: 10_000, usersEach: 100, applicationsEach: 10 },
  rounds: 5,
  milliseconds: 1500,
  warmUpMs: 1500,
  starts: 3,
};
const QUICK = {
  population: { organizations: 200, usersEach: 10, applicationsEach: 2 },
  rounds: 1,
  milliseconds: 200,
  warmUpMs: 100,
  starts: 1,
};

/** How many of the many are in use at a time. */
const IN_USE = 100;
/** Refresh tokens that are exchanged in turn in the one organization. */
const TOKENS_OF_ONE = 8;

type Requests =
  | {
      readonly kind: 'forms' | 'refreshes';
      readonly forms: readonly Form[];
      readonly status: number;
    }
  | {
      readonly kind: 'reads';
      readonly reads: readonly {
        readonly path: string;
        readonly headers: Readonly<Record<string, string>>;
      }[];
      readonly status: number;
    };

/** What a database full of organizations costs each of them. */
export async function measureOrganizations(
  run: Run,
  generator: Child<TokenLoad>,
): Promise<OrganizationsTaken> {
  const plan = run.quick ? QUICK : FULL;
  await using stack = new AsyncDisposableStack();
  const { organizations } = plan.population;

  run.progress(`seeding ${organizations} organizations`);
  const one = await prepareIdentityStores(stack);
  await populate(one.databaseUrl, one.environment.SECRET_BOX_KEYS, {
    ...plan.population,
    organizations: 1,
  });
  const many = await prepareIdentityStores(stack);
  const begin = performance.now();
  await populate(many.databaseUrl, many.environment.SECRET_BOX_KEYS, plan.population);
  const seedMs = performance.now() - begin;

  run.progress('starting up with one organization and with many');
  const starts = await interleave([ONE, MANY] as const, plan.starts, async (name) => {
    await using process = await Identity.start((name === ONE ? one : many).environment);
    return process.startMs;
  });

  const step = Math.max(1, Math.floor(organizations / IN_USE));
  const used = Array.from(
    { length: Math.min(IN_USE, organizations) },
    (_, index) => 1 + index * step,
  );
  const processes = {
    [ONE]: stack.use(await Identity.start(one.environment)),
    [MANY]: stack.use(await Identity.start(many.environment)),
  };
  const requests = {
    [ONE]: await requestsFor(one, processes[ONE].origin, [1], TOKENS_OF_ONE),
    [MANY]: await requestsFor(many, processes[MANY].origin, used, 1),
  };

  const endpoints: Record<string, Record<string, readonly LoopResult[]>> = {};
  const load = async (
    origin: string,
    of: Map<string, Requests>,
    endpoint: string,
    milliseconds: number,
  ): Promise<LoopResult> => {
    const sent = of.get(endpoint);
    if (sent === undefined) throw new RangeError(`nothing to send to ${endpoint}`);
    const common = { concurrency: 1, milliseconds, origins: [origin], status: sent.status };
    if (sent.kind === 'reads') return generator.call('reads', { ...common, reads: sent.reads });
    const expected = endpoint === INTROSPECTION ? ['"active":true'] : [];
    const forms = { ...common, forms: sent.forms, expected };
    if (sent.kind === 'forms') return generator.call('forms', forms);
    const { result, forms: living } = await generator.call('refreshes', forms);
    of.set(endpoint, { ...sent, forms: living });
    return result;
  };
  for (const endpoint of requests[ONE].keys()) {
    run.progress(`${endpoint}: one organization and many, ${plan.rounds} rounds`);
    const names = [ONE, MANY] as const;
    const go = (name: (typeof names)[number], milliseconds: number): Promise<LoopResult> =>
      load(processes[name].origin, requests[name], endpoint, milliseconds);
    for (const name of names) await go(name, plan.warmUpMs);
    endpoints[endpoint] = await interleave(names, plan.rounds, (name) =>
      go(name, plan.milliseconds),
    );
  }

  // Nothing of an organization is in memory when its turn comes again.
  const all = Array.from({ length: organizations }, (_, index) => index + 1);
  await using fresh = await Identity.start(many.environment);
  const before = await fresh.residentBytes();
  run.progress('every organization once');
  const everyOne = new Map([[CLIENT_CREDENTIALS, clientCredentialsFor(all)]]);
  // So long that each of them had its turn.
  const COLD_CALL_MS = 10;
  const cold = await load(
    fresh.origin,
    everyOne,
    CLIENT_CREDENTIALS,
    run.quick ? plan.milliseconds : organizations * COLD_CALL_MS,
  );
  endpoints[CLIENT_CREDENTIALS] = { ...endpoints[CLIENT_CREDENTIALS], [COLD]: [cold] };
  return {
    population: plan.population,
    seedMs,
    endpoints,
    startMs: starts,
    residentBytes: { before, after: await fresh.residentBytes() },
  };
}

const CLIENT_CREDENTIALS = 'client credentials';
const INTROSPECTION = 'introspection';

function clientCredentialsFor(organizations: readonly number[]): Requests {
  return {
    kind: 'forms',
    status: 200,
    forms: organizations.map((organization) => ({
      path: `/${slugOf(organization)}/token`,
      client: clientOf(organization, 1),
      parameters: { grant_type: 'client_credentials', scope: SCOPE, resource: AUDIENCE },
    })),
  };
}

/** What is sent to each endpoint, to all of `organizations` in turn. */
async function requestsFor(
  { databaseUrl }: IdentityStores,
  origin: string,
  organizations: readonly number[],
  refreshTokensEach: number,
): Promise<Map<string, Requests>> {
  const granted = await grantTo(databaseUrl, organizations, refreshTokensEach);
  const refreshes = granted.map(({ organization, refreshToken }) => ({
    path: `/${slugOf(organization)}/token`,
    client: clientOf(organization, 1),
    parameters: { grant_type: 'refresh_token', refresh_token: refreshToken },
  }));
  const spare = await grantTo(databaseUrl, organizations, 1);
  const bearers = await Promise.all(
    spare.map(async ({ organization, refreshToken }) => ({
      organization,
      token: await accessTokenFor(origin, {
        path: `/${slugOf(organization)}/token`,
        client: clientOf(organization, 1),
        parameters: { grant_type: 'refresh_token', refresh_token: refreshToken },
      }),
    })),
  );
  const forms = (
    endpoint: string,
    parametersOf: (token: string) => Readonly<Record<string, string>>,
    status = 200,
  ): Requests => ({
    kind: 'forms',
    status,
    forms: bearers.map(({ organization, token }) => ({
      path: `/${slugOf(organization)}/${endpoint}`,
      client: clientOf(organization, 1),
      parameters: parametersOf(token),
    })),
  });
  const reads = (
    path: string,
    status = 200,
    headersOf: (token: string) => Readonly<Record<string, string>> = () => ({}),
  ): Requests => ({
    kind: 'reads',
    status,
    reads: bearers.map(({ organization, token }) => ({
      path: `/${slugOf(organization)}/${path.replace('CLIENT', clientOf(organization, 1).clientId)}`,
      headers: headersOf(token),
    })),
  });
  const authorization = {
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  };
  return new Map<string, Requests>([
    [CLIENT_CREDENTIALS, clientCredentialsFor(organizations)],
    ['refresh, rotated', { kind: 'refreshes', status: 200, forms: refreshes }],
    [INTROSPECTION, forms('introspect', (token) => ({ token }))],
    ['userinfo', reads('userinfo', 200, (token) => ({ authorization: `Bearer ${token}` }))],
    ['pushed authorization', forms('par', () => authorization, 201)],
    [
      'authorization, to the sign-in page',
      reads(
        `authorize?${new URLSearchParams({ ...authorization, client_id: 'CLIENT' }).toString()}`,
        303,
      ),
    ],
    ['device authorization', forms('device_authorization', () => ({ scope: 'openid' }))],
    ['revocation', forms('revoke', () => ({ token: 'A'.repeat(43) }))],
    ['JWKS', reads('jwks')],
    ['discovery', reads('.well-known/openid-configuration')],
  ]);
}
