import {
  type AccessTokenState,
  type Application,
  type AuditEvent,
  type OAuthStore,
  type OAuthTransaction,
  type RefreshExchange,
  type User,
} from '@nomo/oauth-engine';
import { type PipelinedTransaction, type WritingTransaction } from '@nomo/tenancy';
import { type Origin } from '../../audit/origin.js';
import { type Asks } from '../../database/pipelines.js';
import { type Realm } from '../../realms/realm.js';
import { catalogueEventOf } from './audit-events.js';
import * as codes from './code-statements.js';
import * as devices from './device-statements.js';
import * as grants from './grant-statements.js';
import * as reads from './read-statements.js';
import * as refreshes from './refresh-statements.js';
import { applicationOf } from './rows.js';
import * as sessions from './session-statements.js';
import { type StorePorts } from './store-ports.js';

/** Where a request came from. Who acts, the engine says. */
export type Requester = Omit<Origin, 'actor'>;

/**
 * What else belongs to each `transaction`. What it throws takes everything back. The exchange of a
 * refresh token, where nobody is at a browser, has none of it.
 */
export interface StoreHooks {
  /** Before the work. */
  readonly afterBegin?: ((tx: PipelinedTransaction) => Promise<void>) | undefined;
  /** After the work. */
  readonly beforeCommit?: (tx: PipelinedTransaction, result: unknown) => Promise<void>;
}

/**
 * The storage of the engine, for one request to one realm. What a transaction does is done and
 * written down together, in PostgreSQL, or not at all.
 */
export class PostgresOAuthStore implements OAuthStore {
  /** The application that was remembered, if the answer rests on one. */
  #remembered: string | undefined;
  #transactions = 0;

  constructor(
    private readonly ports: StorePorts,
    private readonly realm: Realm,
    private readonly requester: Requester,
    private readonly hooks: StoreHooks = {},
  ) {}

  /**
   * Whether a refusal may come of an application that has changed meanwhile: then it is forgotten
   * here, and the request is worth another try, as nothing was done.
   */
  askAgain(): boolean {
    if (this.#remembered === undefined || this.#transactions > 0) return false;
    this.ports.applications.forget(this.realm, this.#remembered);
    return true;
  }

  async findApplication(clientId: string): Promise<Application | undefined> {
    const { application, fromMemory } = await this.ports.applications.find(
      this.realm,
      clientId,
    );
    if (fromMemory) this.#remembered = clientId;
    return application;
  }

  findUser(userId: string): Promise<User | undefined> {
    return reads.findUser(this.#asks(), this.realm, userId);
  }

  findAccessTokenState(
    of: Parameters<OAuthStore['findAccessTokenState']>[0],
  ): Promise<AccessTokenState> {
    return this.ports.accessTokens.find(this.realm, of);
  }

  findRefreshToken(digest: Uint8Array): ReturnType<OAuthStore['findRefreshToken']> {
    return this.ports.refreshTokens.find(this.realm, digest);
  }

  exchangeRefreshToken(exchange: RefreshExchange): Promise<boolean> {
    this.#transactions += 1;
    const origin = { ...this.requester, actor: exchange.event.actor };
    return this.ports.refreshTokens.exchange(this.realm, origin, exchange);
  }

  async transaction<R>(work: (tx: OAuthTransaction) => Promise<R>): Promise<R> {
    this.#transactions += 1;
    return this.ports.pipelines.withTenant(this.realm.orgId, async (tx) => {
      await this.hooks.afterBegin?.(tx);
      const result = await work(this.#operationsOn(tx));
      await this.hooks.beforeCommit?.(tx, result);
      return result;
    });
  }

  #asks(): Asks {
    return this.ports.pipelines.of(this.realm.orgId);
  }

  /** What need not be answered is sent with what comes next. */
  #operationsOn(tx: PipelinedTransaction): OAuthTransaction {
    const { realm, ports, requester } = this;
    return {
      findApplication: async (clientId) => {
        const row = await reads.findApplicationRow(tx, realm, clientId);
        return row && applicationOf(row, realm, new Date());
      },
      findUser: (userId) => reads.findUser(tx, realm, userId),
      findRefreshToken: async (digest) =>
        (await refreshes.findRefreshTokens(tx, realm, [digest]))[0],

      insertPushedRequest: (request) => codes.insertPushedRequest(tx, realm, request),
      consumePushedRequest: (of) => codes.consumePushedRequest(tx, realm, of),
      findConsent: async (of) => {
        const access = await ports.consents.findAccess(tx, realm, of);
        return access && { ...of, ...access };
      },
      saveConsent: ({ scope, resourceScope, ...of }) => {
        const consent = { ...of, scopes: scope, resourceScopes: resourceScope };
        return ports.consents.save(tx, realm, consent, requester);
      },

      insertAuthorizationCode: (code) => codes.insertAuthorizationCode(tx, realm, code),
      findAuthorizationCode: (digest) => codes.findAuthorizationCode(tx, realm, digest),
      consumeAuthorizationCode: (of) => codes.consumeAuthorizationCode(tx, realm, of),

      insertGrant: (grant) => grants.insertGrant(tx, realm, grant),
      lockGrant: (grantId) => grants.lockGrant(tx, realm, grantId),
      lockGrantOfRefreshToken: (digest) => refreshes.lockGrantOfRefreshToken(tx, realm, digest),
      insertRefreshToken: (token) => refreshes.insertRefreshToken(tx, realm, token),
      revokeGrant: (of) => grants.revokeGrant(tx, realm, of),
      revokeGrantsOfSession: (of) => grants.revokeGrantsOfSession(tx, realm, of),
      revokeAccessToken: (of) => grants.revokeAccessToken(tx, realm, of),

      endSession: (of) => sessions.endSession(tx, realm, of),
      findApplicationsOfSession: (id) => sessions.findApplicationsOfSession(tx, realm, id),
      enqueueBackchannelLogout: (of) => ports.logouts.put(tx, realm, of),

      insertDeviceCode: (code) => devices.insertDeviceCode(tx, realm, code),
      findDeviceCodeByUserCode: (digest, now) =>
        devices.findDeviceCodeByUserCode(tx, realm, digest, now),
      decideDeviceCode: (of) => devices.decideDeviceCode(tx, realm, of),
      pollDeviceCode: (of) => devices.pollDeviceCode(tx, realm, of),
      consumeDeviceCode: (of) => devices.consumeDeviceCode(tx, realm, of),

      recordAudit: (event) => this.#recordAudit(tx, event),
      recordSecurityEvent: ({ type, userId, grantId, clientId }) =>
        ports.events.record(tx, realm, {
          type,
          subject: userId,
          data: { grantId, clientId },
          ip: requester.ip,
        }),
    };
  }

  async #recordAudit(tx: WritingTransaction, event: AuditEvent): Promise<void> {
    const { realm, requester } = this;
    const origin = { ...requester, actor: event.actor };
    await this.ports.audit.record(tx, realm.orgId, origin, catalogueEventOf(event, realm.mode));
  }
}
