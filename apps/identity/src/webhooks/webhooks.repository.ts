import { Injectable } from '@nestjs/common';
import { type AskingTransaction, writeBehind } from '@nomo/tenancy';
import { v7 as uuidv7 } from 'uuid';
import { System, type Tx } from '../database/database.js';
import { type Attempt } from '../deliveries/attempt.js';
import {
  type WebhookDelivery as DeliveryRow,
  type WebhookEndpoint as EndpointRow,
} from '../generated/prisma/client.js';
import { after, type Position } from '../management/pagination.js';
import { type RealmKey } from '../realms/realm.js';
import { type SecurityEventType } from '../security-events/security-event.js';

/** What its organization decides about an endpoint. */
export interface WebhookSettings {
  readonly url: string;
  /** Empty for all. */
  readonly types: readonly SecurityEventType[];
}

/** Where an organization wants its security events sent. */
export interface WebhookEndpoint extends WebhookSettings {
  readonly id: string;
  readonly createdAt: Date;
  readonly disabledAt: Date | undefined;
}

export interface WebhookDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly status: 'pending' | 'delivered' | 'failed';
  readonly attempts: number;
  readonly lastStatus: number | undefined;
  readonly lastError: string | undefined;
  readonly createdAt: Date;
  readonly deliveredAt: Date | undefined;
}

/** A delivery that is to be attempted, with where it is sent and what it is signed with. */
export interface ClaimedDelivery extends WebhookDelivery {
  readonly mode: RealmKey['mode'];
  readonly endpoint: WebhookEndpoint & {
    /** The secrets that are good, sealed, the newest first. */
    readonly secretBoxes: readonly Uint8Array[];
  };
}

const WANTING = `
SELECT id FROM webhook_endpoints
WHERE org_id = $1::uuid AND mode = $2 AND disabled_at IS NULL
  AND (types = '{}' OR $3 = ANY (types))`;

const DELIVERY = `
INSERT INTO webhook_deliveries (org_id, id, endpoint_id, event_id)
VALUES ($1::uuid, $2::uuid, $3::uuid, $4::uuid)`;

@Injectable()
export class WebhooksRepository {
  async insertEndpoint(
    tx: Tx,
    { orgId, mode }: RealmKey,
    endpoint: WebhookSettings & { readonly id: string; readonly secretBox: Uint8Array },
  ): Promise<WebhookEndpoint> {
    const { id, url, types, secretBox } = endpoint;
    const row = await tx.webhookEndpoint.create({
      data: { orgId, mode, id, url, types: [...types], secretBox: Uint8Array.from(secretBox) },
    });
    return toEndpoint(row);
  }

  async listEndpoints(
    tx: Tx,
    { orgId, mode }: RealmKey,
    position: Position | undefined,
    most: number,
  ): Promise<WebhookEndpoint[]> {
    const rows = await tx.webhookEndpoint.findMany({
      where: { orgId, mode, ...after('createdAt', position) },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: most,
    });
    return rows.map(toEndpoint);
  }

  async findEndpoint(
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
  ): Promise<WebhookEndpoint | undefined> {
    const row = await tx.webhookEndpoint.findUnique({
      where: { orgId_id: { orgId, id }, mode },
    });
    return row === null ? undefined : toEndpoint(row);
  }

  /** The same, and nobody else changes it until the transaction is over. */
  async lockEndpoint(
    tx: Tx,
    realm: RealmKey,
    id: string,
  ): Promise<WebhookEndpoint | undefined> {
    // Deliveries refer to its key, and are put beside it meanwhile: no event waits for this.
    await tx.$queryRaw`
      SELECT id FROM webhook_endpoints
      WHERE org_id = ${realm.orgId}::uuid AND id = ${id}::uuid AND mode = ${realm.mode}
      FOR NO KEY UPDATE`;
    return this.findEndpoint(tx, realm, id);
  }

  /** @returns undefined where there is no such endpoint */
  async updateEndpoint(
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
    { url, types }: Partial<WebhookSettings>,
  ): Promise<WebhookEndpoint | undefined> {
    const [row] = await tx.webhookEndpoint.updateManyAndReturn({
      where: { orgId, mode, id },
      data: {
        ...(url !== undefined && { url }),
        ...(types !== undefined && { types: [...types] }),
      },
    });
    return row === undefined ? undefined : toEndpoint(row);
  }

  /** Says whether this call changed something. */
  async setDisabled(
    tx: Tx,
    { orgId, mode }: RealmKey,
    id: string,
    disabled: boolean,
  ): Promise<boolean> {
    const { count } = await tx.webhookEndpoint.updateMany({
      where: { orgId, mode, id, disabledAt: disabled ? null : { not: null } },
      data: { disabledAt: disabled ? new Date() : null },
    });
    return count === 1;
  }

  /** Removes an endpoint and what was on its way there. Says whether there was one. */
  async deleteEndpoint(tx: Tx, { orgId, mode }: RealmKey, id: string): Promise<boolean> {
    const { count } = await tx.webhookEndpoint.deleteMany({ where: { orgId, mode, id } });
    return count === 1;
  }

  /** Puts a delivery for each endpoint that wants events of this type. Returns their ids. */
  async insertDeliveries(
    tx: AskingTransaction,
    { orgId, mode }: RealmKey,
    event: { readonly id: string; readonly type: SecurityEventType },
  ): Promise<string[]> {
    const endpoints = await tx.$queryRawUnsafe(WANTING, orgId, mode, event.type);
    const ids: string[] = [];
    for (const endpoint of endpoints as readonly { readonly id: string }[]) {
      const id = uuidv7();
      await writeBehind(tx, DELIVERY, [orgId, id, endpoint.id, event.id]);
      ids.push(id);
    }
    return ids;
  }

  async listDeliveries(
    tx: Tx,
    orgId: string,
    endpointId: string,
    position: Position | undefined,
    most: number,
  ): Promise<WebhookDelivery[]> {
    const rows = await tx.webhookDelivery.findMany({
      where: { orgId, endpointId, ...after('createdAt', position) },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: most,
    });
    return rows.map(toDelivery);
  }

  /**
   * Takes a delivery that is due for one attempt: for the time of a lease nobody else gets it.
   * `undefined` when it is done, not due, or another's.
   */
  async claim(
    tx: Tx,
    orgId: string,
    id: string,
    leaseMs: number,
  ): Promise<ClaimedDelivery | undefined> {
    const claimed = await tx.$executeRaw`
      UPDATE webhook_deliveries
      SET due_at = now() + make_interval(secs => ${leaseMs / 1_000}), attempts = attempts + 1
      WHERE org_id = ${orgId}::uuid AND id = ${id}::uuid
        AND status = 'pending' AND due_at <= now()`;
    if (claimed === 0) return undefined;
    const row = await tx.webhookDelivery.findUniqueOrThrow({
      where: { orgId_id: { orgId, id } },
      include: {
        endpoint: {
          include: {
            retiringSecrets: {
              where: { expiresAt: { gt: new Date() } },
              orderBy: { id: 'desc' },
            },
          },
        },
      },
    });
    const { mode, secretBox, retiringSecrets } = row.endpoint;
    return {
      ...toDelivery(row),
      mode: mode === 'test' ? 'test' : 'live',
      endpoint: {
        ...toEndpoint(row.endpoint),
        secretBoxes: [secretBox, ...retiringSecrets.map((retiring) => retiring.secretBox)],
      },
    };
  }

  async noteAttempt(tx: Tx, orgId: string, id: string, attempt: Attempt): Promise<void> {
    await tx.webhookDelivery.updateMany({
      where: { orgId, id, status: 'pending' },
      data: {
        status: attempt.status,
        lastStatus: attempt.lastStatus ?? null,
        lastError: attempt.lastError ?? null,
        dueAt: attempt.dueAt,
        deliveredAt: attempt.status === 'delivered' ? new Date() : null,
      },
    });
  }

  /** Ends a delivery that was claimed and of which no attempt is made. What came of those before stays. */
  async giveUp(tx: Tx, orgId: string, id: string, reason: string): Promise<void> {
    await tx.webhookDelivery.updateMany({
      where: { orgId, id, status: 'pending' },
      data: { status: 'failed', lastError: reason, attempts: { decrement: 1 } },
    });
  }
}

@Injectable()
export class DueDeliveriesRepository {
  constructor(private readonly system: System) {}

  /** Deliveries whose time has come: the longest overdue of each organization, then the next of each. */
  async find(most: number): Promise<{ orgId: string; id: string }[]> {
    return this.system.asSystem(
      'find webhook deliveries that are due',
      (tx) => tx.$queryRaw<{ orgId: string; id: string }[]>`
        SELECT org_id AS "orgId", id FROM (
          SELECT org_id, id, due_at,
            row_number() OVER (PARTITION BY org_id ORDER BY due_at, id) AS place
          FROM webhook_deliveries
          WHERE status = 'pending' AND due_at <= now()) AS due
        ORDER BY place, due_at LIMIT ${most}`,
    );
  }
}

function toEndpoint(row: EndpointRow): WebhookEndpoint {
  return {
    id: row.id,
    url: row.url,
    types: row.types as SecurityEventType[],
    createdAt: row.createdAt,
    disabledAt: row.disabledAt ?? undefined,
  };
}

function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    endpointId: row.endpointId,
    eventId: row.eventId,
    status: row.status as WebhookDelivery['status'],
    attempts: row.attempts,
    lastStatus: row.lastStatus ?? undefined,
    lastError: row.lastError ?? undefined,
    createdAt: row.createdAt,
    deliveredAt: row.deliveredAt ?? undefined,
  };
}
