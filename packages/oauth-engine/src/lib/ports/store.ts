import { type Application } from '../model/application.js';
import {
  type Authorization,
  type AuthorizationCode,
  type Consent,
  type PushedRequest,
} from '../model/authorization.js';
import { type DeviceCode, type DevicePoll } from '../model/device-code.js';
import { type Grant, type RefreshToken, type RevocationReason } from '../model/grant.js';
import { type User } from '../model/user.js';
import { type AuditEvent, type SecurityEvent } from './events.js';

/**
 * What is read. Each sees its own organization and mode alone. Outside a transaction an adapter
 * may answer from a short-lived cache; inside one it reads what the transaction sees.
 */
export interface OAuthReads {
  /** An application that may be used now; disabled ones do not exist. */
  findApplication(clientId: string): Promise<Application | undefined>;
  /** An active user; deactivated and erased ones do not exist. */
  findUser(userId: string): Promise<User | undefined>;
  /** A refresh token, dead or alive, and what it depends on. */
  findRefreshToken(digest: Uint8Array): Promise<RefreshTokenState | undefined>;
}

/** What an access token depends on, dead or alive. */
export interface AccessTokenState {
  /** It was revoked by itself. */
  readonly revoked: boolean;
  /** Undefined if it may not be used now, as by `findApplication`. */
  readonly application: Application | undefined;
  /** The grant that was asked for. */
  readonly grant: Grant | undefined;
  /** The grant's user, as by `findUser`. */
  readonly user: User | undefined;
}

/** A refresh token, and what has become of it. */
export interface RefreshTokenState {
  readonly token: RefreshToken;
  readonly grant: Grant;
  /** The grant's user, as by `findUser`. */
  readonly user: User | undefined;
  /** Undefined as long as nobody has exchanged it. */
  readonly exchanged?: {
    /** Its successor, as it was sealed, until the leeway is over; after that it is erased. */
    readonly leeway?: RefreshLeeway;
  };
}

/** Those who come second with a refresh token may have its successor again. */
export interface RefreshLeeway {
  readonly sealedSuccessor: Uint8Array;
  readonly sealedUntil: Date;
}

/** What is done when a refresh token gives way to its successor. */
export interface RefreshExchange {
  readonly digest: Uint8Array;
  readonly successor: RefreshToken;
  readonly now: Date;
  readonly leeway?: RefreshLeeway;
  /** What tells of it. */
  readonly event: AuditEvent;
}

/**
 * The storage port, of one organization and mode.
 *
 * A handler makes all changes that belong to one answer in one transaction. Where a replay has to
 * be remembered the handler **returns** the refusal from the transaction, so that revocation,
 * audit and security event are committed, and throws after it.
 */
export interface OAuthStore extends OAuthReads {
  /** What has become of an access token, in one statement: it is asked at every introspection. */
  findAccessTokenState(of: {
    readonly jti: string;
    readonly clientId: string;
    readonly grantId?: string;
  }): Promise<AccessTokenState>;
  /**
   * Exchanges a refresh token for its successor and records the event, in one transaction of its
   * own: under the lock of a grant that is not revoked, `UPDATE … SET consumed_at = now,
   * sealed_successor = … WHERE digest = … AND consumed_at IS NULL AND expires_at > now`, and the
   * insertion of what it consumed, as one statement. An adapter may exchange tokens of several
   * requests in one transaction. False: nothing was exchanged, and nothing remains of it.
   */
  exchangeRefreshToken(of: RefreshExchange): Promise<boolean>;
  /**
   * Runs `work` in one database transaction (READ COMMITTED is enough, by the statements below)
   * and commits when it resolves. When it rejects nothing of it remains.
   */
  transaction<R>(work: (tx: OAuthTransaction) => Promise<R>): Promise<R>;
}

/** What a conditional consumption says of a code: of N racers exactly one reads `consumed`. */
export type CodeConsumption =
  | { readonly outcome: 'consumed' }
  /** Somebody redeemed it before, and got this grant. */
  | { readonly outcome: 'replayed'; readonly grantId: string }
  | { readonly outcome: 'expired' };

/** The operations of one transaction. What consumes is **one** conditional statement, never read-then-write. */
export interface OAuthTransaction extends OAuthReads {
  // Authorization requests

  insertPushedRequest(request: PushedRequest): Promise<void>;
  /**
   * `UPDATE … WHERE digest = … AND client_id = … AND consumed_at IS NULL AND expires_at > now
   * RETURNING`: the request, once, to its own application (RFC 9126 §4).
   */
  consumePushedRequest(of: {
    readonly digest: Uint8Array;
    readonly clientId: string;
    readonly now: Date;
  }): Promise<PushedRequest | undefined>;
  findConsent(of: {
    readonly userId: string;
    readonly clientId: string;
  }): Promise<Consent | undefined>;
  /** Inserts it, or adds its scope to what was consented to before. */
  saveConsent(consent: Consent & { readonly now: Date }): Promise<void>;

  // Authorization codes

  insertAuthorizationCode(code: AuthorizationCode): Promise<void>;
  /** What was bound to a code, whatever became of it: nothing that changes. */
  findAuthorizationCode(digest: Uint8Array): Promise<AuthorizationCode | undefined>;
  /**
   * `UPDATE … SET consumed_at = now, grant_id = … WHERE digest = … AND consumed_at IS NULL AND
   * expires_at > now RETURNING`. Call `insertGrant` with this id in the same transaction. A
   * replay is a replay after the expiry too. Undefined: there is no such code.
   */
  consumeAuthorizationCode(of: {
    readonly digest: Uint8Array;
    readonly now: Date;
    readonly grantId: string;
  }): Promise<CodeConsumption | undefined>;

  // Grants and their refresh tokens

  insertGrant(grant: Grant): Promise<void>;
  /** `SELECT … FOR UPDATE`: refresh, replay and revocation of one grant stand in one line. */
  lockGrant(grantId: string): Promise<Grant | undefined>;
  /** The same by a refresh token of it, and what has become of that, read under the lock. */
  lockGrantOfRefreshToken(digest: Uint8Array): Promise<RefreshTokenState | undefined>;
  /** The first of a grant. */
  insertRefreshToken(token: RefreshToken): Promise<void>;
  /** Kills the grant and with it all its refresh tokens. False if it was dead already. */
  revokeGrant(of: {
    readonly grantId: string;
    readonly now: Date;
    readonly reason: RevocationReason;
  }): Promise<boolean>;
  /**
   * Kills the live grants of a session, but those with the scope `offline_access`, which outlive
   * it (OpenID Connect Back-Channel Logout §2.7); returns whose they were.
   */
  revokeGrantsOfSession(of: {
    readonly sessionId: string;
    readonly now: Date;
    readonly reason: RevocationReason;
  }): Promise<readonly { readonly grantId: string; readonly clientId: string }[]>;
  /**
   * `INSERT … ON CONFLICT DO NOTHING`: remembers, until the token would have expired, that it is
   * dead. False if that was known.
   */
  revokeAccessToken(of: { readonly jti: string; readonly expiresAt: Date }): Promise<boolean>;

  // Sessions

  /** Ends a session of the user; false if there is none that lives. */
  endSession(of: {
    readonly sessionId: string;
    readonly userId: string;
    readonly now: Date;
  }): Promise<boolean>;
  /** The applications that got a grant of the session, dead or alive: whom a logout is told. */
  findApplicationsOfSession(sessionId: string): Promise<readonly Application[]>;
  /**
   * Queues, in this transaction, that an application be told. Whoever delivers calls
   * `issueLogoutToken` for each attempt: a logout token lives two minutes.
   */
  enqueueBackchannelLogout(of: {
    readonly clientId: string;
    readonly userId: string;
    readonly sessionId: string;
  }): Promise<void>;

  // Device codes

  /** False if the user code is taken by one that still lives: draw another. */
  insertDeviceCode(code: DeviceCode): Promise<boolean>;
  findDeviceCodeByUserCode(
    userCodeDigest: Uint8Array,
    now: Date,
  ): Promise<DeviceCode | undefined>;
  /** `UPDATE … WHERE decided_at IS NULL AND expires_at > now`: true for the one who decided. */
  decideDeviceCode(of: {
    readonly digest: Uint8Array;
    readonly now: Date;
    readonly decision:
      | { readonly kind: 'denied' }
      | { readonly kind: 'approved'; readonly authorization: Authorization };
  }): Promise<boolean>;
  /**
   * One statement: notes the poll and says what it found. `too_fast` lengthens the interval by
   * five seconds (RFC 8628 §3.5). Undefined: no such code, another application's, or consumed.
   */
  pollDeviceCode(of: {
    readonly digest: Uint8Array;
    readonly clientId: string;
    readonly now: Date;
  }): Promise<DevicePoll | undefined>;
  /** As `consumeAuthorizationCode`, for an approved device code. */
  consumeDeviceCode(of: {
    readonly digest: Uint8Array;
    readonly now: Date;
    readonly grantId: string;
  }): Promise<CodeConsumption | undefined>;

  // What is written down

  /** The adapter adds organization, mode, address, user agent and request id. */
  recordAudit(event: AuditEvent): Promise<void>;
  recordSecurityEvent(event: SecurityEvent): Promise<void>;
}
