import { Injectable } from '@nestjs/common';
import { signWebhook } from '@nomo/security-core';
import { SecretBox } from '@nomo/security-core/secret-box';
import { Tenants } from '../database/database.js';
import { OutboundHttp } from '../outbound/outbound-http.js';
import { SecurityEventsRepository } from '../security-events/security-events.repository.js';
import { showSecurityEvent } from '../security-events/security-events.schemas.js';
import { type WebhookJob } from './webhook-job.js';
import { webhookSecretContext } from './webhooks.service.js';
import { WebhooksRepository } from './webhooks.repository.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long to wait after each attempt that failed: the schedule that Standard Webhooks recommends. */
export const RETRY_AFTER_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** Nobody else makes an attempt for so long: longer than one may take. */
const LEASE_MS = MINUTE;
const LONGEST_ERROR = 200;
/** The receiver says that there is nobody any more (RFC 9110, section 15.5.11). */
const GONE = 410;

/** Makes attempts to deliver webhooks. */
@Injectable()
export class WebhookDeliverer {
  constructor(
    private readonly tenants: Tenants,
    private readonly webhooks: WebhooksRepository,
    private readonly events: SecurityEventsRepository,
    private readonly boxes: SecretBox,
    private readonly http: OutboundHttp,
  ) {}

  /**
   * Makes one attempt, if it is due and nobody else makes it.
   *
   * @returns in how many milliseconds to try again; `undefined` when there is nothing more to do
   */
  async attempt({ orgId, deliveryId }: WebhookJob): Promise<number | undefined> {
    const claimed = await this.tenants.withTenant(orgId, async (tx) => {
      const delivery = await this.webhooks.claim(tx, orgId, deliveryId, LEASE_MS);
      if (delivery === undefined) return undefined;
      const event = await this.events.find(tx, orgId, delivery.eventId);
      return event && { delivery, event };
    });
    if (claimed === undefined) return undefined;
    const { delivery, event } = claimed;
    const outcome = await this.send(
      { orgId, mode: delivery.mode },
      delivery,
      Buffer.from(JSON.stringify({ mode: delivery.mode, ...showSecurityEvent(event) })),
    );
    const delivered =
      outcome.status !== undefined && outcome.status >= 200 && outcome.status < 300;
    const wait =
      delivered || outcome.status === GONE ? undefined : RETRY_AFTER_MS[delivery.attempts - 1];
    await this.tenants.withTenant(orgId, (tx) =>
      this.webhooks.noteAttempt(tx, orgId, deliveryId, {
        status: delivered ? 'delivered' : wait === undefined ? 'failed' : 'pending',
        lastStatus: outcome.status,
        lastError: outcome.error,
        dueAt: new Date(Date.now() + (wait ?? 0)),
      }),
    );
    return wait;
  }

  private async send(
    realm: Parameters<typeof webhookSecretContext>[0],
    { id, endpoint }: NonNullable<Awaited<ReturnType<WebhooksRepository['claim']>>>,
    rawBody: Buffer,
  ): Promise<{ readonly status: number | undefined; readonly error: string | undefined }> {
    const secret = this.boxes.open(
      endpoint.secretBox,
      webhookSecretContext(realm, endpoint.id),
    );
    try {
      const headers = signWebhook({
        id,
        rawBody,
        secrets: [Buffer.from(secret).toString('utf8')],
      });
      const { status } = await this.http.call(endpoint.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: rawBody,
      });
      return { status, error: undefined };
    } catch (error) {
      const { cause } = error as { cause?: unknown };
      const reason = cause instanceof Error ? cause : error;
      const message = reason instanceof Error ? reason.message : String(reason);
      return { status: undefined, error: message.slice(0, LONGEST_ERROR) };
    } finally {
      secret.fill(0);
    }
  }
}
