import { Injectable } from '@nestjs/common';
import { type AskingTransaction } from '@nomo/tenancy';
import { type RealmKey } from '../realms/realm.js';
import { WebhookOutbox } from '../webhooks/webhook-outbox.js';
import { type NewSecurityEvent } from './security-event.js';
import { SecurityEventsRepository } from './security-events.repository.js';

/** Records security events, in the transaction of what caused them. */
@Injectable()
export class SecurityEventsRecorder {
  constructor(
    private readonly events: SecurityEventsRepository,
    private readonly outbox: WebhookOutbox,
  ) {}

  /** Writes the event, and a delivery for each webhook that wants it. Nothing is sent before the commit. */
  async record(tx: AskingTransaction, realm: RealmKey, event: NewSecurityEvent): Promise<void> {
    const recorded = await this.events.insert(tx, realm, event);
    await this.outbox.put(tx, realm, recorded);
  }
}
