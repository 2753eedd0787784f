import { Injectable, Logger } from '@nestjs/common';
import { issueLogoutToken } from '@nomo/oauth-engine';
import { Tenants } from '../../database/database.js';
import {
  type Attempt,
  attemptOf,
  LEASE_MS,
  orUnmade,
  type Outcome,
  outcomeOf,
} from '../../deliveries/attempt.js';
import { type DeliveryJob } from '../../deliveries/delivery-job.js';
import { DeliveryMetrics } from '../../deliveries/delivery-metrics.js';
import { OutboundHttp } from '../../outbound/outbound-http.js';
import { type Realm } from '../../realms/realm.js';
import { RealmsService } from '../../realms/realms.service.js';
import { SigningKeysService } from '../../signing-keys/signing-keys.service.js';
import { type ClaimedLogout, LogoutsRepository } from './logouts.repository.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * How long to wait after each attempt that failed. Soon at first, as somebody who signs out
 * expects it at once; and no longer than an application's own session is likely to last.
 */
const RETRY_AFTER_MS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  HOUR,
  4 * HOUR,
  8 * HOUR,
];

/** Tells applications that a session has ended (OpenID Connect Back-Channel Logout, section 2.5). */
@Injectable()
export class LogoutDeliverer {
  private readonly logger = new Logger('Logouts');

  constructor(
    private readonly tenants: Tenants,
    private readonly realms: RealmsService,
    private readonly logouts: LogoutsRepository,
    private readonly keys: SigningKeysService,
    private readonly http: OutboundHttp,
    private readonly metrics: DeliveryMetrics,
  ) {}

  /** Makes one attempt, if it is due and nobody else makes it. */
  async attempt({ orgId, deliveryId }: DeliveryJob): Promise<void> {
    const logout = await this.tenants.withTenant(orgId, (tx) =>
      this.logouts.claim(tx, orgId, deliveryId, LEASE_MS),
    );
    if (logout === undefined) return;
    const attempt = await this.try(orgId, deliveryId, logout);
    await this.tenants.withTenant(orgId, (tx) =>
      this.logouts.noteAttempt(tx, orgId, deliveryId, attempt),
    );
  }

  private async try(
    orgId: string,
    deliveryId: string,
    logout: ClaimedLogout,
  ): Promise<Attempt> {
    const { address, attempts } = logout;
    const realm = await this.realms.findByKey({ orgId, mode: logout.mode });
    if (address === undefined || realm === undefined) {
      return {
        status: 'failed',
        lastStatus: undefined,
        lastError: 'nobody wants to be told any more',
        dueAt: new Date(),
      };
    }
    const names = { organization: orgId, application: logout.clientId, delivery: deliveryId };
    const outcome = await orUnmade(this.logger, names, () => this.tell(realm, address, logout));
    this.metrics.count('logout', outcome.kind);
    return attemptOf(outcome, attempts, RETRY_AFTER_MS);
  }

  private async tell(realm: Realm, address: string, logout: ClaimedLogout): Promise<Outcome> {
    // Anew for every attempt: it lives two minutes.
    const token = await issueLogoutToken(
      {
        issuer: realm.issuer,
        clock: { now: () => new Date() },
        signer: await this.keys.signerOf(realm),
      },
      logout,
    );
    const call = this.http.call(address, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(new URLSearchParams({ logout_token: token }).toString()),
    });
    return outcomeOf(call);
  }
}
