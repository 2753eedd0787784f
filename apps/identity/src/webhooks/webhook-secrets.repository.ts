import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { type Tx } from '../database/database.js';

/** What the secrets of an endpoint go through: its own is replaced, and retires until it expires. */
@Injectable()
export class WebhookSecretsRepository {
  /**
   * Lets what is retiring expire by a moment, and removes what has expired.
   *
   * @returns how many are retiring then
   */
  async expire(
    tx: Tx,
    orgId: string,
    endpointId: string,
    { now, by }: { readonly now: Date; readonly by: Date },
  ): Promise<number> {
    const of = { orgId, endpointId };
    await tx.retiringWebhookSecret.updateMany({
      where: { ...of, expiresAt: { gt: by } },
      data: { expiresAt: by },
    });
    await tx.retiringWebhookSecret.deleteMany({ where: { ...of, expiresAt: { lte: now } } });
    return tx.retiringWebhookSecret.count({ where: of });
  }

  /** Keeps the endpoint's own secret, which is about to be replaced, until a moment. */
  async retire(tx: Tx, orgId: string, endpointId: string, expiresAt: Date): Promise<void> {
    const { secretBox } = await tx.webhookEndpoint.findUniqueOrThrow({
      where: { orgId_id: { orgId, id: endpointId } },
      select: { secretBox: true },
    });
    await tx.retiringWebhookSecret.create({
      data: { orgId, id: uuidv7(), endpointId, secretBox, expiresAt },
    });
  }

  async replace(
    tx: Tx,
    orgId: string,
    endpointId: string,
    secretBox: Uint8Array,
  ): Promise<void> {
    await tx.webhookEndpoint.update({
      where: { orgId_id: { orgId, id: endpointId } },
      data: { secretBox: Uint8Array.from(secretBox) },
    });
  }
}
