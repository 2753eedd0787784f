/* eslint-disable @typescript-eslint/require-await -- the port waits for a database, memory answers at once */
import { type CodeConsumption, type OAuthTransaction } from '../../src/index.js';
import { hex, readsOf } from './reads.js';
import { type State } from './state.js';

/** RFC 8628 §3.5: by how much `slow_down` lengthens the interval. */
const slowDownSeconds = 5;

/** The operations of one transaction on its own copy of the tables. */
export function transactionOn(state: State): OAuthTransaction {
  const reads = readsOf(() => state);
  return {
    ...reads,

    insertPushedRequest: async (request) => {
      state.pushedRequests.set(hex(request.digest), request);
    },
    consumePushedRequest: async ({ digest, clientId, now }) => {
      const request = state.pushedRequests.get(hex(digest));
      if (!request || request.clientId !== clientId) return undefined;
      if (request.consumedAt || request.expiresAt <= now) return undefined;
      request.consumedAt = now;
      return request;
    },
    findConsent: async ({ userId, clientId }) => state.consents.get(`${userId} ${clientId}`),
    saveConsent: async ({ userId, clientId, scope, resourceScope }) => {
      const key = `${userId} ${clientId}`;
      const before = state.consents.get(key) ?? { scope: [], resourceScope: [] };
      state.consents.set(key, {
        userId,
        clientId,
        scope: [...new Set([...before.scope, ...scope])],
        resourceScope: [...new Set([...before.resourceScope, ...resourceScope])],
      });
    },

    insertAuthorizationCode: async (code) => {
      state.codes.set(hex(code.digest), code);
    },
    findAuthorizationCode: async (digest) => state.codes.get(hex(digest)),
    consumeAuthorizationCode: async ({ digest, now, grantId }) =>
      consume(state.codes.get(hex(digest)), now, grantId),

    insertGrant: async (grant) => {
      state.grants.set(grant.id, grant);
    },
    lockGrant: async (grantId) => state.grants.get(grantId),
    lockGrantOfRefreshToken: (digest) => reads.findRefreshToken(digest),
    insertRefreshToken: async (token) => {
      state.refreshTokens.set(hex(token.digest), token);
    },
    revokeGrant: async ({ grantId, now, reason }) => {
      const grant = state.grants.get(grantId);
      if (!grant || grant.revocation) return false;
      state.grants.set(grantId, { ...grant, revocation: { at: now, reason } });
      return true;
    },
    revokeGrantsOfSession: async ({ sessionId, now, reason }) => {
      const live = [...state.grants.values()].filter(
        ({ authorization, revocation }) =>
          authorization.sessionId === sessionId &&
          !authorization.scope.includes('offline_access') &&
          !revocation,
      );
      for (const grant of live) {
        state.grants.set(grant.id, { ...grant, revocation: { at: now, reason } });
      }
      return live.map(({ id, authorization }) => ({
        grantId: id,
        clientId: authorization.clientId,
      }));
    },
    revokeAccessToken: async ({ jti, expiresAt }) => {
      if (state.revokedAccessTokens.has(jti)) return false;
      state.revokedAccessTokens.set(jti, expiresAt);
      return true;
    },

    endSession: async ({ sessionId, userId, now }) => {
      const session = state.sessions.get(sessionId);
      if (!session || session.endedAt || session.userId !== userId) return false;
      session.endedAt = now;
      return true;
    },
    findApplicationsOfSession: async (sessionId) => {
      const clientIds = new Set(
        [...state.grants.values()]
          .filter((grant) => grant.authorization.sessionId === sessionId)
          .map((grant) => grant.authorization.clientId),
      );
      return [...state.applications.values()].filter(({ clientId }) => clientIds.has(clientId));
    },
    enqueueBackchannelLogout: async (of) => {
      state.backchannelLogouts.push(of);
    },

    insertDeviceCode: async (code) => {
      const taken = [...state.deviceCodes.values()].some(
        (other) => hex(other.userCodeDigest) === hex(code.userCodeDigest) && !other.consumedBy,
      );
      if (taken) return false;
      state.deviceCodes.set(hex(code.digest), {
        ...code,
        currentInterval: code.intervalSeconds,
      });
      return true;
    },
    findDeviceCodeByUserCode: async (userCodeDigest, now) =>
      [...state.deviceCodes.values()].find(
        (code) =>
          hex(code.userCodeDigest) === hex(userCodeDigest) &&
          !code.decision &&
          code.expiresAt > now,
      ),
    decideDeviceCode: async ({ digest, now, decision }) => {
      const code = state.deviceCodes.get(hex(digest));
      if (!code || code.decision || code.expiresAt <= now) return false;
      code.decision = decision;
      return true;
    },
    pollDeviceCode: async ({ digest, clientId, now }) => {
      const code = state.deviceCodes.get(hex(digest));
      if (!code || code.clientId !== clientId || code.consumedBy) return undefined;
      if (code.expiresAt <= now) return { outcome: 'expired' };
      const due = (code.polledAt?.getTime() ?? 0) + code.currentInterval * 1_000;
      code.polledAt = now;
      if (now.getTime() < due) {
        code.currentInterval += slowDownSeconds;
        return { outcome: 'too_fast' };
      }
      if (!code.decision) return { outcome: 'pending' };
      if (code.decision.kind === 'denied') return { outcome: 'denied' };
      return { outcome: 'approved', authorization: code.decision.authorization };
    },
    consumeDeviceCode: async ({ digest, now, grantId }) =>
      consume(state.deviceCodes.get(hex(digest)), now, grantId),

    recordAudit: async (event) => {
      state.audit.push(event);
    },
    recordSecurityEvent: async (event) => {
      state.securityEvents.push(event);
    },
  };
}

function consume(
  code: { expiresAt: Date; consumedBy?: string } | undefined,
  now: Date,
  grantId: string,
): CodeConsumption | undefined {
  if (!code) return undefined;
  if (code.consumedBy !== undefined) return { outcome: 'replayed', grantId: code.consumedBy };
  if (code.expiresAt <= now) return { outcome: 'expired' };
  code.consumedBy = grantId;
  return { outcome: 'consumed' };
}
