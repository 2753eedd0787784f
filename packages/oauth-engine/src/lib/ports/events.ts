import { type Access } from '../model/authorization.js';
import { type RevocationReason } from '../model/grant.js';

type Actor = { readonly type: 'user' | 'application'; readonly id: string };

/** What the engine writes to the audit trail. No event holds a token, a code or a secret. */
export type AuditEvent = { readonly actor: Actor } & (
  | {
      readonly action: 'authorization.granted' | 'consent.denied';
      readonly clientId: string;
      readonly userId: string;
      readonly scope: readonly string[];
    }
  | ({
      readonly action: 'consent.granted';
      readonly clientId: string;
      readonly userId: string;
    } & Access)
  | {
      readonly action: 'grant.issued' | 'grant.refreshed';
      readonly grantId: string;
      readonly clientId: string;
      readonly userId: string;
    }
  | {
      readonly action: 'grant.revoked';
      readonly grantId: string;
      readonly clientId: string;
      readonly reason: RevocationReason;
    }
  | {
      readonly action: 'access_token.revoked';
      readonly clientId: string;
      readonly jti: string;
    }
  | {
      readonly action: 'device.approved' | 'device.denied';
      readonly clientId: string;
      readonly userId: string;
    }
  | {
      readonly action: 'session.ended';
      readonly sessionId: string;
      readonly userId: string;
    }
);

/** What somebody should look at. */
export type SecurityEvent = {
  readonly type: 'authorization_code.replayed' | 'refresh_token.replayed';
  readonly grantId: string;
  readonly clientId: string;
  readonly userId: string;
};
