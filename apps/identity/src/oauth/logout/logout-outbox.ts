import { Inject, Injectable, Logger } from '@nestjs/common';
import { afterCommit } from '@nomo/tenancy';
import { type Queue } from 'bullmq';
import { v7 as uuidv7 } from 'uuid';
import { type Tx } from '../../database/database.js';
import { type RealmKey } from '../../realms/realm.js';
import { type LogoutJob } from './logout-job.js';

/** Injects the queue that carries the calls. */
export const LOGOUTS = Symbol('logout queue');

/**
 * Puts beside the end of a session, in one transaction, that an application be told of it. The
 * queue is only called afterwards; a call that is lost is made up for by the worker's sweep.
 */
@Injectable()
export class LogoutOutbox {
  private readonly logger = new Logger('Logouts');

  constructor(@Inject(LOGOUTS) private readonly queue: Queue<LogoutJob>) {}

  async put(
    tx: Tx,
    { orgId, mode }: RealmKey,
    of: { readonly clientId: string; readonly userId: string; readonly sessionId: string },
  ): Promise<void> {
    const { clientId: applicationId, userId, sessionId } = of;
    const deliveryId = uuidv7();
    await tx.logoutDelivery.create({
      data: { orgId, id: deliveryId, mode, applicationId, userId, sessionId },
    });
    afterCommit(tx, () => {
      // Not waited for: the answer that this belongs to depends on nothing in Redis.
      this.queue
        .add('deliver', { orgId, deliveryId }, { jobId: deliveryId })
        .catch((error: unknown) => {
          this.logger.warn(error, 'A logout waits for the next sweep');
        });
    });
  }
}
