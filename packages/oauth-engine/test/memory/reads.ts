/* eslint-disable @typescript-eslint/require-await -- the port waits for a database, memory answers at once */
import { type OAuthReads } from '../../src/index.js';
import { type State } from './state.js';

/** The reads of the port, of whatever `current` is when they are called. */
export function readsOf(current: () => State): OAuthReads {
  return {
    findApplication: async (clientId) => current().applications.get(clientId),
    findUser: async (userId) => current().users.get(userId),
    findRefreshToken: async (digest) => {
      const token = current().refreshTokens.get(hex(digest));
      const grant = token && current().grants.get(token.grantId);
      if (!grant) return undefined;
      const { consumedAt, leeway } = token;
      return {
        token,
        grant,
        user: current().users.get(grant.authorization.userId),
        ...(consumedAt && { exchanged: { ...(leeway && { leeway }) } }),
      };
    },
  };
}

export function hex(digest: Uint8Array): string {
  return Buffer.from(digest).toString('hex');
}
