import { Inject, Injectable, Logger } from '@nestjs/common';
import { afterCommit, type AskingTransaction } from '@nomo/tenancy';
import { callFor, type DeliveryQueue } from '../deliveries/delivery-queue.js';
import { type RealmKey } from '../realms/realm.js';
import { type SecurityEvent } from '../security-events/security-event.js';
import { WebhooksRepository } from './webhooks.repository.js';

/** Injects the queue that carries the calls. */
export const WEBHOOKS = Symbol('webhook queue');

/**
 * Puts what is to be sent beside the event it tells of, in one transaction. The queue is only
 * called afterwards; a call that is lost is made up for by the worker's sweep.
 */
@Injectable()
export class WebhookOutbox {
  private readonly logger = new Logger('Webhooks');

  constructor(
    private readonly webhooks: WebhooksRepository,
    @Inject(WEBHOOKS) private readonly queue: DeliveryQueue,
  ) {}

  async put(tx: AskingTransaction, realm: RealmKey, event: SecurityEvent): Promise<void> {
    const ids = await this.webhooks.insertDeliveries(tx, realm, event);
    if (ids.length === 0) return;
    afterCommit(tx, () => {
      // Not waited for: the answer that this belongs to depends on nothing in Redis.
      callFor(
        this.queue,
        ids.map((id) => ({ orgId: realm.orgId, id })),
      ).catch((error: unknown) => {
        this.logger.warn(error, 'A webhook waits for the next sweep');
      });
    });
  }
}
