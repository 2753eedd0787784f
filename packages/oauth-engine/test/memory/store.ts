import { type OAuthReads, type OAuthStore, type OAuthTransaction } from '../../src/index.js';
import { hex, readsOf } from './reads.js';
import { emptyState, type State } from './state.js';
import { transactionOn } from './transaction.js';

/** The storage port in memory. `state` is what has been committed, and may be written by a test. */
export interface MemoryStore extends OAuthStore {
  state: State;
}

/**
 * For the specs of the engine alone: what a rule or handler does to its storage can be seen in
 * `state`. Each transaction works on its own copy, which replaces the tables when it commits; one
 * begins when the one before it has ended, so they are serialisable. Races between processes
 * are not played here.
 */
export function memoryStore(): MemoryStore {
  let last: Promise<unknown> = Promise.resolve();
  const serially = <R>(work: (state: State) => Promise<R>): Promise<R> => {
    const run = last.then(async () => {
      const copy = structuredClone(store.state);
      const result = await work(copy);
      store.state = copy;
      return result;
    });
    last = run.catch(() => undefined);
    return run;
  };
  const findAccessTokenState: OAuthStore['findAccessTokenState'] = ({
    jti,
    clientId,
    grantId,
  }) => {
    const { revokedAccessTokens, applications, grants, users } = store.state;
    const grant = grantId === undefined ? undefined : grants.get(grantId);
    return Promise.resolve({
      revoked: revokedAccessTokens.has(jti),
      application: applications.get(clientId),
      grant,
      user: grant && users.get(grant.authorization.userId),
    });
  };
  const store = {
    state: emptyState(),
    transaction<R>(work: (tx: OAuthTransaction) => Promise<R>): Promise<R> {
      return serially((state) => work(transactionOn(state)));
    },
  };
  const exchangeRefreshToken: OAuthStore['exchangeRefreshToken'] = (exchange) =>
    serially(async (state) => {
      const { digest, successor, now, leeway, event } = exchange;
      const token = state.refreshTokens.get(hex(digest));
      if (!token || token.consumedAt || token.expiresAt <= now) return false;
      const grant = state.grants.get(successor.grantId);
      if (!grant || grant.revocation || token.grantId !== grant.id) return false;
      token.consumedAt = now;
      if (leeway) token.leeway = leeway;
      state.refreshTokens.set(hex(successor.digest), successor);
      await transactionOn(state).recordAudit(event);
      return true;
    });
  const reads: OAuthReads = readsOf(() => store.state);
  return Object.assign(store, reads, { findAccessTokenState, exchangeRefreshToken });
}
