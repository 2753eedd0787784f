import type { Report, Target } from '../frame/benchmark.ts';
import type { LoopResult } from '../frame/closed-loop.ts';
import { ratio, type Spread, spread } from '../frame/statistics.ts';
import { figure, megabytes, type Table, withSpread } from '../frame/table.ts';
import { OIDC_PROVIDER, OURS } from './issuers.ts';
import { CROWD, LIMIT, type Measurements, type Taken } from './measure.ts';
import { COLD, MANY, ONE } from './organizations.ts';
import { ARGON2, PEOPLE } from './passwords.ts';
import { KEY_PAIRS } from './seed.ts';

/** What the product promises. */
const CLIENT_CREDENTIALS = { ofLimit: 0.5, overOidcProvider: 1.2, signatures: 1 };
const REFRESHES = { ofLimit: 0.25, overOidcProvider: 1.5, signatures: 2 };
const INTROSPECTIONS_A_CORE = 3000;
const SIGN_INS_OF_LIMIT = 0.8;
const TOKENS_P99_MS = 250;
const MANY_OVER_ONE = 1.3;

type Rounds<Round = Taken> = Readonly<Record<string, readonly Round[]>>;

export function report(
  taken: Measurements,
  versions: Readonly<Record<string, string>>,
): Report {
  const { organizations: many, usersEach, applicationsEach } = taken.organizations.population;
  return {
    title: 'tokens',
    method: [
      `All of it, with PostgreSQL, Redis and the processes that make the load, shares the ${taken.cores} cores of this machine. The limit, \`${LIMIT}\`, has them to itself while it runs: one process a core, signing with RSA keys of 2,048 bits and doing nothing else, once a round.`,
      'Everybody signs RS256 with one such key. Client credentials: a JWT access token for one API, one signature. Refresh: the token is exchanged for its successor in PostgreSQL, with a JWT access token and an ID token, two signatures.',
      'oidc-provider has its applications in its configuration and an adapter to PostgreSQL of one table, one prepared statement for each call. better-auth is set up as its documentation has it, without limits or telemetry. NamoID does all it does in production: row-level security, audit events, logs, metrics, limits.',
      `Each product runs in one process, and in one a core; targets take the faster of the two, of ours and of theirs. ${CROWD} calls are under way at a time, over kept connections, for 0.4 s before each turn that is measured. Processor time is that of the product’s own processes, without PostgreSQL.`,
      `Password sign-ins go from the application’s redirect over the page to the code, ${PEOPLE} people at a time, each with a browser that was never here before. As many passwords are hashed at a time as there are cores: in one process with PASSWORD_HASHES_AT_ONCE, one in each of several.`,
      'Any answer but the right one ends the run.',
    ],
    targets: [
      ...grant(
        'client credentials',
        taken.clientCredentials,
        taken.limits.clientCredentials,
        CLIENT_CREDENTIALS,
      ),
      ...grant('refresh with rotation', taken.refreshes, taken.limits.refreshes, REFRESHES),
      introspections(taken),
      ...passwords(taken),
      ...organizations(taken),
    ],
    tables: [
      grantTable(
        'Client credentials',
        taken.clientCredentials,
        taken.limits.clientCredentials,
        CLIENT_CREDENTIALS,
      ),
      grantTable('Refresh with rotation', taken.refreshes, taken.limits.refreshes, REFRESHES),
      rateTable('Introspection, and what is read from memory', {
        ...prefixed('introspection', taken.introspections),
        ...taken.reads,
      }),
      passwordTable(taken),
      organizationTable(taken),
    ],
    notes: [
      `${many.toLocaleString('en-US')} organizations with ${usersEach} users and ${applicationsEach} applications each were seeded in ${figure(taken.organizations.seedMs / 1000)} s. Each has a signing key of its own row, sealed for it; they share ${KEY_PAIRS} key pairs.`,
      `An organization in memory takes ${memoryOfOne(taken)}: resident memory of a process that has served each of them once, less that of one that has just started, by their number.`,
      'Keycloak publishes, per vCPU, 120 client-credential grants, 120 refreshes and 15 password sign-ins a second.',
    ],
    versions,
  };
}

interface Grant {
  readonly ofLimit: number;
  readonly overOidcProvider: number;
  readonly signatures: number;
}

function grant(
  what: string,
  rounds: Rounds,
  limits: readonly number[],
  { ofLimit, overOidcProvider, signatures }: Grant,
): Target[] {
  const [oursName, ours] = fastest(rounds, OURS);
  const [theirsName, theirs] = fastest(rounds, OIDC_PROVIDER);
  const share = ratio(
    rates(ours).map((rate) => rate * signatures),
    limits,
  );
  const over = ratio(rates(ours), rates(theirs));
  return [
    {
      promise: `${what}, in signatures: ≥ ${ofLimit} × the RSA limit of the cores`,
      measured: `${withSpread(share)} × (${oursName})`,
      met: share.median >= ofLimit,
    },
    {
      promise: `${what}: ≥ ${overOidcProvider} × oidc-provider`,
      measured: `${withSpread(over)} × (${oursName}, over ${theirsName})`,
      met: over.median >= overOidcProvider,
    },
  ];
}

function introspections({ introspections: rounds, cores }: Measurements): Target {
  const [name, ours] = fastest(rounds, OURS);
  const rate = spread(rates(ours).map((each) => each / cores));
  return {
    promise: `introspection ≥ ${INTROSPECTIONS_A_CORE.toLocaleString('en-US')}/s a core`,
    measured: `${withSpread(rate)}/s (${name})`,
    met: rate.median >= INTROSPECTIONS_A_CORE,
  };
}

function passwords({ passwords: { limits, signIns, tokensBeside } }: Measurements): Target[] {
  const [name, ours] = fastest(signIns, OURS);
  const share = ratio(rates(ours), rates(limits));
  const p99 = spread((tokensBeside[name] ?? []).map((round) => round.p99));
  return [
    {
      promise: `password sign-ins ≥ ${SIGN_INS_OF_LIMIT} × the argon2id limit of the cores`,
      measured: `${withSpread(share)} × (${name})`,
      met: share.median >= SIGN_INS_OF_LIMIT,
    },
    {
      promise: `while they saturate the cores, tokens at p99 < ${TOKENS_P99_MS} ms`,
      measured: `${withSpread(p99, ' ms')} (${name})`,
      met: p99.median < TOKENS_P99_MS,
    },
  ];
}

function organizations({ organizations: taken }: Measurements): Target[] {
  const [worst] = Object.entries(taken.endpoints)
    .map(([endpoint, of]): [string, Spread] => [
      endpoint,
      ratio(halves(of[MANY] ?? []), halves(of[ONE] ?? [])),
    ])
    .sort(([, a], [, b]) => b.median - a.median);
  if (!worst) throw new Error('no endpoint was measured');
  const [endpoint, slowdown] = worst;
  const start = ratio(taken.startMs[MANY], taken.startMs[ONE]);
  const many = taken.population.organizations.toLocaleString('en-US');
  return [
    {
      promise: `${many} organizations: p50 of every endpoint ≤ ${MANY_OVER_ONE} × that with one`,
      measured: `${withSpread(slowdown)} × at worst (${endpoint})`,
      met: slowdown.median <= MANY_OVER_ONE,
    },
    {
      promise: `${many} organizations: start-up takes no longer`,
      measured: `${withSpread(start)} ×`,
      // Two starts of the same process differ by more than a tenth now and then.
      met: start.low <= 1.1,
    },
  ];
}

function grantTable(
  title: string,
  rounds: Rounds,
  limits: readonly number[],
  { signatures }: Grant,
): Table {
  const [, theirs] = fastest(rounds, OIDC_PROVIDER);
  return {
    title,
    columns: [
      '',
      'answers/s',
      'signatures/s over the limit',
      'p50',
      'p99',
      'processor time each',
      `answers/s over ${OIDC_PROVIDER}`,
    ],
    rows: [
      ...Object.entries(rounds).map(([name, taken]) => [
        name,
        withSpread(spread(rates(taken))),
        withSpread(
          ratio(
            rates(taken).map((rate) => rate * signatures),
            limits,
          ),
        ),
        withSpread(spread(halves(taken)), ' ms'),
        withSpread(spread(taken.map(({ p99 }) => p99)), ' ms'),
        withSpread(spread(taken.map(({ processorMs }) => processorMs)), ' ms'),
        withSpread(ratio(rates(taken), rates(theirs))),
      ]),
      [`${LIMIT}, signatures`, withSpread(spread(limits)), '1', '', '', '', ''],
    ],
  };
}

function rateTable(title: string, rounds: Rounds): Table {
  return {
    title,
    columns: ['', 'answers/s', 'p50', 'p99', 'processor time each'],
    rows: Object.entries(rounds).map(([name, taken]) => [
      name,
      withSpread(spread(rates(taken))),
      withSpread(spread(halves(taken)), ' ms'),
      withSpread(spread(taken.map(({ p99 }) => p99)), ' ms'),
      withSpread(spread(taken.map(({ processorMs }) => processorMs)), ' ms'),
    ]),
  };
}

function passwordTable({ passwords: { limits, signIns, tokensBeside } }: Measurements): Table {
  const rows = {
    [ARGON2]: limits,
    ...signIns,
    ...prefixed('client credentials meanwhile', tokensBeside),
  };
  return {
    title: 'Password sign-ins on the hosted pages',
    columns: ['', 'a second', 'over the limit', 'p50', 'p99'],
    rows: Object.entries(rows).map(([name, rounds]) => [
      name,
      withSpread(spread(rates(rounds))),
      name in signIns ? withSpread(ratio(rates(rounds), rates(limits))) : '',
      withSpread(spread(halves(rounds)), ' ms'),
      withSpread(spread(rounds.map(({ p99 }) => p99)), ' ms'),
    ]),
  };
}

function organizationTable({ organizations: { endpoints, population } }: Measurements): Table {
  const many = population.organizations.toLocaleString('en-US');
  return {
    title: `p50 of every endpoint with one organization and with ${many}, one call at a time`,
    columns: ['', ONE, MANY, 'ratio', COLD],
    rows: Object.entries(endpoints).map(([endpoint, of]) => {
      const [one, used, cold] = [ONE, MANY, COLD].map((name) => halves(of[name] ?? []));
      return [
        endpoint,
        withSpread(spread(one ?? []), ' ms'),
        withSpread(spread(used ?? []), ' ms'),
        withSpread(ratio(used ?? [], one ?? [])),
        cold?.[0] === undefined ? '' : `${figure(cold[0])} ms`,
      ];
    }),
  };
}

function memoryOfOne({ organizations: { residentBytes, population } }: Measurements): string {
  const each = (residentBytes.after - residentBytes.before) / population.organizations;
  return `${figure(each / 1000)} kB (${megabytes(residentBytes.before)} before, ${megabytes(residentBytes.after)} after)`;
}

/** The arrangement of a product that answered most. */
function fastest<Round extends LoopResult>(
  rounds: Rounds<Round>,
  product: string,
): [string, readonly Round[]] {
  const [first] = Object.entries(rounds)
    .filter(([name]) => name.startsWith(product))
    .sort(([, a], [, b]) => spread(rates(b)).median - spread(rates(a)).median);
  if (!first) throw new Error(`${product} was not measured`);
  return first;
}

function prefixed<Round>(what: string, rounds: Rounds<Round>): Rounds<Round> {
  return Object.fromEntries(
    Object.entries(rounds).map(([name, taken]) => [`${what}: ${name}`, taken]),
  );
}

function rates(rounds: readonly { readonly perSecond: number }[]): readonly number[] {
  return rounds.map(({ perSecond }) => perSecond);
}

function halves(rounds: readonly { readonly p50: number }[]): readonly number[] {
  return rounds.map(({ p50 }) => p50);
}
