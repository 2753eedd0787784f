import { generateKeyPairSync } from 'node:crypto';
import { Child } from '../frame/child.ts';
import { Identity, type IdentityStores, processorTime } from '../service/identity.ts';
import { createDatabase } from '../service/stores.ts';
import {
  AUDIENCE,
  type IssuerSetup,
  SCOPE,
  type Served,
  type TokenIssuer,
} from './contenders/contract.ts';
import { clientOf, grantTo, slugOf } from './seed.ts';
import type { Form } from './token-load.ts';

export const OURS = 'NamoID';
export const OIDC_PROVIDER = 'oidc-provider';
export const BETTER_AUTH = 'better-auth';
export type Product = typeof OURS | typeof OIDC_PROVIDER | typeof BETTER_AUTH;

/** A product in so many processes, as the tables name it. */
export type Contender = `${Product}, ${number} process${'' | 'es'}`;

export function contender(product: Product, processes: number): Contender {
  return `${product}, ${processes} process${processes === 1 ? '' : 'es'}`;
}

/** A product that runs in one process or several, and what is sent to it. */
export interface Issuer {
  readonly origins: readonly string[];
  readonly clientCredentials: readonly Form[];
  /** Each with a live refresh token. */
  refreshes: readonly Form[];
  /** Processor time that its processes have used so far, in milliseconds. */
  processorMs(): Promise<number>;
}

/** Applications that are asked for in turn. */
const CLIENTS = 8;
/** Refresh tokens that are exchanged in turn: so many that no two calls meet at one grant. */
const REFRESH_TOKENS = 64;

/** NamoID, with everything in the organization with the number 1. */
export async function startOurs(
  stack: AsyncDisposableStack,
  stores: IdentityStores,
  processes: number,
): Promise<Issuer & { readonly processes: readonly Identity[] }> {
  const running: Identity[] = [];
  for (let i = 0; i < processes; i++)
    running.push(stack.use(await Identity.start(stores.environment)));
  const granted = await grantTo(stores.databaseUrl, [1], REFRESH_TOKENS);
  const path = `/${slugOf(1)}/token`;
  const clients = Array.from({ length: CLIENTS }, (_, index) => clientOf(1, index + 1));
  return {
    processes: running,
    origins: running.map(({ origin }) => origin),
    clientCredentials: clients.map((client) => ({
      path,
      client,
      parameters: { grant_type: 'client_credentials', scope: SCOPE, resource: AUDIENCE },
    })),
    refreshes: granted.map(({ refreshToken }) => ({
      path,
      client: clientOf(1, 1),
      parameters: { grant_type: 'refresh_token', refresh_token: refreshToken },
    })),
    processorMs: () => sum(running.map((process) => process.processorMs())),
  };
}

/** A product to compare with, on a database of its own. */
export async function startPeer(
  stack: AsyncDisposableStack,
  product: typeof OIDC_PROVIDER | typeof BETTER_AUTH,
  processes: number,
  connections: number,
): Promise<Issuer> {
  const database = stack.use(await createDatabase());
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const children: Child<TokenIssuer>[] = [];
  const served: Served[] = [];
  for (let i = 0; i < processes; i++) {
    const setup: IssuerSetup = {
      databaseUrl: database.url,
      connections: Math.ceil(connections / processes),
      clients: Array.from({ length: CLIENTS }, (_, index) => clientOf(1, index + 1)),
      refreshTokens: i === 0 ? REFRESH_TOKENS : 0,
      privateJwk: {
        ...privateKey.export({ format: 'jwk' }),
        kid: 'bench',
        use: 'sig',
        alg: 'RS256',
      },
    };
    const script = new URL(`contenders/${product}.ts`, import.meta.url);
    const child = stack.use(await Child.start<TokenIssuer>(product, script, setup));
    children.push(child);
    served.push(await child.call('served', null));
  }
  const [first] = served;
  if (first === undefined) throw new RangeError('a product runs in one process at least');
  const path = first.tokenPath;
  return {
    origins: served.map(({ origin }) => origin),
    clientCredentials: first.clients.map((client) => ({
      path,
      client,
      parameters: { grant_type: 'client_credentials', scope: SCOPE, resource: AUDIENCE },
    })),
    refreshes: first.refreshTokens.flatMap((refreshToken) =>
      first.clients.slice(0, 1).map((client) => ({
        path,
        client,
        parameters: {
          grant_type: 'refresh_token',
          refresh_token: refreshToken,
          resource: AUDIENCE,
        },
      })),
    ),
    processorMs: () => sum(children.map((child) => processorTime(child.pid))),
  };
}

async function sum(values: readonly Promise<number>[]): Promise<number> {
  return (await Promise.all(values)).reduce((total, value) => total + value, 0);
}
