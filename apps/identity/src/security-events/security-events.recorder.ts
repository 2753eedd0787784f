import { Injectable } from '@nestjs/common';
import { type PipelinedTransaction } from '@nomo/tenancy';
import { type Tx } from '../database/database.js';
import { type RealmKey } from '../realms/realm.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { type NewSecurityEvent, type SecurityEvent } from './security-event.js';
import { SecurityEventsRepository } from './security-events.repository.js';

/** Records security events, in the transaction of what caused them. */
@Injectable()
export class SecurityEventsRecorder {
  constructor(
    private readonly events: SecurityEventsRepository,
    private readonly outbox: WebhookOutbox,
  ) {}

  /** Writes the event, and a delivery for each webhook that wants it. Nothing is sent before the commit. */
  async record(tx: Tx, realm: RealmKey, event: NewSecurityEvent): Promise<SecurityEvent> {
    const recorded = await this.events.insert(tx, realm, event);
    await this.outbox.put(tx, realm, recorded);
    return recorded;
  }

  /** The same past Prisma: the event is sent with the question for its webhooks. */
  async recordPipelined(
    tx: PipelinedTransaction,
    realm: RealmKey,
    event: NewSecurityEvent,
  ): Promise<void> {
    const recorded = this.events.put(tx, realm, event);
    await this.outbox.putPipelined(tx, realm, recorded);
  }
}
