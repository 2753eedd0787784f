import { sign as signCallback, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

import { exportJWK, type JSONWebKeySet } from 'jose';

import { type JsonObject } from '../model/json.js';
import { type Signer } from '../ports/signer.js';

/** With a callback, `crypto.sign` works in the thread pool and leaves the event loop free. */
const sign = promisify(signCallback);

/** A published key: next, active or retiring. */
export interface PublishedKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
}

/**
 * A signer over keys that are in memory. Make another when the keys rotate.
 *
 * @param keys.published - Everything the JWKS shows, the active key's public half among it.
 */
export async function createSigner(keys: {
  readonly active: { readonly kid: string; readonly privateKey: KeyObject };
  readonly published: readonly PublishedKey[];
}): Promise<Signer> {
  const byKid = new Map(keys.published.map(({ kid, publicKey }) => [kid, publicKey]));
  const jwks: JSONWebKeySet = {
    keys: await Promise.all(
      keys.published.map(async ({ kid, publicKey }) => ({
        ...(await exportJWK(publicKey)),
        kid,
        use: 'sig',
        alg: 'RS256',
      })),
    ),
  };
  const heads = new Map<string, string>();
  const headOf = (typ: string): string => {
    const head = heads.get(typ) ?? encode({ alg: 'RS256', typ, kid: keys.active.kid });
    heads.set(typ, head);
    return head;
  };
  return {
    sign: async ({ typ }, payload) => {
      const input = `${headOf(typ)}.${encode(payload)}`;
      const signature = await sign('RSA-SHA256', Buffer.from(input), keys.active.privateKey);
      return `${input}.${signature.toString('base64url')}`;
    },
    verificationKey: (kid) => Promise.resolve(byKid.get(kid)),
    jwks: () => Promise.resolve(jwks),
  };
}

function encode(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
