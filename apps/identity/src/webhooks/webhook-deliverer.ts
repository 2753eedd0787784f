import { Injectable, Logger } from '@nestjs/common';
import { signWebhook } from '@nomo/security-core';
import { SecretBox } from '@nomo/security-core/secret-box';
import { Tenants } from '../database/database.js';
import {
  attemptOf,
  LEASE_MS,
  orUnmade,
  type Outcome,
  outcomeOf,
} from '../deliveries/attempt.js';
import { type DeliveryJob } from '../deliveries/delivery-job.js';
import { DeliveryMetrics } from '../deliveries/delivery-metrics.js';
import { OutboundHttp } from '../outbound/outbound-http.js';
import { SecurityEventsRepository } from '../security-events/security-events.repository.js';
import { webhookSecretContext } from './webhooks.service.js';
import { type ClaimedDelivery, WebhooksRepository } from './webhooks.repository.js';
import { messageOf } from './webhooks.schemas.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long to wait after each attempt that failed: the schedule that Standard Webhooks recommends. */
const RETRY_AFTER_MS: readonly number[] = [
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

/** Makes attempts to deliver webhooks. */
@Injectable()
export class WebhookDeliverer {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly tenants: Tenants,
    private readonly webhooks: WebhooksRepository,
    private readonly events: SecurityEventsRepository,
    private readonly boxes: SecretBox,
    private readonly http: OutboundHttp,
    private readonly metrics: DeliveryMetrics,
  ) {}

  /** Makes one attempt, if it is due and nobody else makes it. */
  async attempt({ orgId, deliveryId }: DeliveryJob): Promise<void> {
    const claimed = await this.tenants.withTenant(orgId, async (tx) => {
      const delivery = await this.webhooks.claim(tx, orgId, deliveryId, LEASE_MS);
      if (delivery === undefined) return undefined;
      if (delivery.endpoint.disabledAt !== undefined) {
        await this.webhooks.giveUp(tx, orgId, deliveryId, 'The webhook is disabled');
        return undefined;
      }
      const event = await this.events.find(tx, orgId, delivery.eventId);
      return event && { delivery, event };
    });
    if (claimed === undefined) return;
    const { delivery, event } = claimed;
    const { mode, endpoint } = delivery;
    const body = Buffer.from(JSON.stringify(messageOf(mode, event)));
    const names = { organization: orgId, endpoint: endpoint.id, delivery: deliveryId };
    const outcome = await orUnmade(this.logger, names, () => this.send(orgId, delivery, body));
    this.metrics.count('webhook', outcome.kind);
    const attempt = attemptOf(outcome, delivery.attempts, RETRY_AFTER_MS);
    await this.tenants.withTenant(orgId, (tx) =>
      this.webhooks.noteAttempt(tx, orgId, deliveryId, attempt),
    );
  }

  private async send(
    orgId: string,
    { id, mode, endpoint }: ClaimedDelivery,
    rawBody: Buffer,
  ): Promise<Outcome> {
    const context = webhookSecretContext({ orgId, mode }, endpoint.id);
    const opened: Uint8Array[] = [];
    try {
      for (const box of endpoint.secretBoxes) opened.push(this.boxes.open(box, context));
      const secrets = opened.map((secret) => Buffer.from(secret).toString('utf8'));
      const headers = signWebhook({ id, rawBody, secrets });
      return await outcomeOf(
        this.http.call(endpoint.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: rawBody,
        }),
      );
    } finally {
      for (const secret of opened) secret.fill(0);
    }
  }
}
