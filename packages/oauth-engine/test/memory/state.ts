import {
  type Application,
  type AuditEvent,
  type Authorization,
  type AuthorizationCode,
  type Consent,
  type DeviceCode,
  type Grant,
  type PushedRequest,
  type RefreshToken,
  type SecurityEvent,
  type User,
} from '../../src/index.js';

/** The tables. Keys are digests in hex, ids, or `user application` for consents. */
export interface State {
  applications: Map<string, Application>;
  users: Map<string, User>;
  sessions: Map<string, { userId: string; endedAt?: Date }>;
  consents: Map<string, Consent>;
  pushedRequests: Map<string, PushedRequest & { consumedAt?: Date }>;
  codes: Map<string, AuthorizationCode & { consumedBy?: string }>;
  grants: Map<string, Grant>;
  refreshTokens: Map<
    string,
    RefreshToken & {
      consumedAt?: Date;
      leeway?: { sealedSuccessor: Uint8Array; sealedUntil: Date };
    }
  >;
  revokedAccessTokens: Map<string, Date>;
  deviceCodes: Map<
    string,
    DeviceCode & {
      decision?: { kind: 'denied' } | { kind: 'approved'; authorization: Authorization };
      currentInterval: number;
      polledAt?: Date;
      consumedBy?: string;
    }
  >;
  backchannelLogouts: { clientId: string; userId: string; sessionId: string }[];
  audit: AuditEvent[];
  securityEvents: SecurityEvent[];
}

export function emptyState(): State {
  return {
    applications: new Map(),
    users: new Map(),
    sessions: new Map(),
    consents: new Map(),
    pushedRequests: new Map(),
    codes: new Map(),
    grants: new Map(),
    refreshTokens: new Map(),
    revokedAccessTokens: new Map(),
    deviceCodes: new Map(),
    backchannelLogouts: [],
    audit: [],
    securityEvents: [],
  };
}
