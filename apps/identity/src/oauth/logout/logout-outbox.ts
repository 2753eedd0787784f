import { Inject, Injectable, Logger } from '@nestjs/common';
import { afterCommit, type AskingTransaction, type WritingTransaction } from '@nomo/tenancy';
import { v7 as uuidv7 } from 'uuid';
import { callFor, type DeliveryQueue } from '../../deliveries/delivery-queue.js';
import { type RealmKey } from '../../realms/realm.js';
import { type EndedSession, LogoutsRepository } from './logouts.repository.js';

/** Injects the queue that carries the calls. */
export const LOGOUTS = Symbol('logout queue');

/**
 * Puts beside the end of a session, in one transaction, that applications be told of it. The
 * queue is only called afterwards; a call that is lost is made up for by the worker's sweep.
 */
@Injectable()
export class LogoutOutbox {
  private readonly logger = new Logger('Logouts');

  constructor(
    private readonly logouts: LogoutsRepository,
    @Inject(LOGOUTS) private readonly queue: DeliveryQueue,
  ) {}

  /** Has one application told. */
  async put(tx: WritingTransaction, realm: RealmKey, of: EndedSession): Promise<void> {
    await this.putAll(tx, realm, [of]);
  }

  /** Has every application told that got a grant of these sessions and wants to hear of their end. */
  async putForSessions(
    tx: AskingTransaction,
    realm: RealmKey,
    sessionIds: readonly string[],
  ): Promise<void> {
    if (sessionIds.length === 0) return;
    await this.putAll(tx, realm, await this.logouts.findWhomToTell(tx, realm, sessionIds));
  }

  private async putAll(
    tx: WritingTransaction,
    realm: RealmKey,
    ended: readonly EndedSession[],
  ): Promise<void> {
    if (ended.length === 0) return;
    const deliveries = ended.map((of) => ({ ...of, id: uuidv7() }));
    await this.logouts.insert(tx, realm, deliveries);
    afterCommit(tx, () => {
      // Not waited for: the answer that this belongs to depends on nothing in Redis.
      callFor(
        this.queue,
        deliveries.map(({ id }) => ({ orgId: realm.orgId, id })),
      ).catch((error: unknown) => {
        this.logger.warn(error, 'A logout waits for the next sweep');
      });
    });
  }
}
