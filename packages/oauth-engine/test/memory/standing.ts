/* eslint-disable @typescript-eslint/require-await -- the port waits for a database, memory answers at once */
import { generateKeyPairSync, randomBytes } from 'node:crypto';

import type { JSONWebKeySet } from 'jose';

import { CheckedJwts, createSigner, type OAuthContext } from '../../src/index.js';
import { alice, issuer, settings, webApplication } from './acme.js';
import { memoryStore, type MemoryStore } from './store.js';
import { memoryVault } from './vault.js';

/** What the engine stands on in its specs; `store`, `clock` and `settings` are there to be turned. */
export interface Standing {
  readonly context: OAuthContext;
  readonly store: MemoryStore;
  readonly clock: { at: Date; now(): Date; advance(seconds: number): void };
  /** What applications publish, by `jwks_uri`. */
  readonly publishedKeys: Map<string, JSONWebKeySet>;
}

export { alice, issuer, webApplication } from './acme.js';

export const key = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** One organization with one application and one signed-in user. */
export async function stand(overrides: Partial<OAuthContext> = {}): Promise<Standing> {
  const store = memoryStore();
  store.state.applications.set(webApplication.clientId, webApplication);
  store.state.users.set(alice.id, alice);
  store.state.sessions.set('session-1', { userId: alice.id });
  const clock = {
    at: new Date('2030-01-01T00:00:00Z'),
    now: () => clock.at,
    advance: (seconds: number) => {
      clock.at = new Date(clock.at.getTime() + seconds * 1_000);
    },
  };
  const remembered = new Set<string>();
  const publishedKeys = new Map<string, JSONWebKeySet>();
  const context: OAuthContext = {
    issuer,
    mode: 'live',
    clock,
    randomBytes,
    store,
    signer: await createSigner({
      active: { kid: 'key-1', privateKey: key.privateKey },
      published: [{ kid: 'key-1', publicKey: key.publicKey }],
    }),
    checkedJwts: new CheckedJwts(),
    replays: {
      remember: async ({ kind, scope, jti }) => {
        const name = JSON.stringify([kind, scope, jti]);
        if (remembered.has(name)) return false;
        remembered.add(name);
        return true;
      },
    },
    clientKeys: { keysAt: async (jwksUri) => publishedKeys.get(jwksUri) },
    vault: memoryVault(),
    settings,
    ...overrides,
  };
  return { context, store, clock, publishedKeys };
}
