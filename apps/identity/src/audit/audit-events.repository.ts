import { Injectable } from '@nestjs/common';
import { Prisma } from '../generated/prisma/client.js';
import { type Tx } from '../database/database.js';
import { type Position } from '../management/pagination.js';
import { type RealmKey } from '../realms/realm.js';

/** An event of the audit trail, in its chain. */
export interface AuditRow {
  /** Without gaps, from 1 on, over both modes of the organization. */
  readonly seq: bigint;
  readonly id: string;
  readonly action: string;
  readonly actorType: string;
  readonly actorId: string;
  readonly targetType: string;
  readonly targetId: string;
  readonly details: Record<string, unknown>;
  readonly requestId: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly occurredAt: Date;
}

@Injectable()
export class AuditEventsRepository {
  /** The chained events of a mode, and those that are of neither, the last first. */
  list(
    tx: Tx,
    { orgId, mode }: RealmKey,
    options: {
      readonly action: string | undefined;
      readonly position: Position | undefined;
      readonly most: number;
    },
  ): Promise<AuditRow[]> {
    const { action, position, most } = options;
    return tx.$queryRaw<AuditRow[]>`
      SELECT seq, event_id AS id, action, actor_type AS "actorType", actor_id AS "actorId",
        target_type AS "targetType", target_id AS "targetId", details,
        request_id AS "requestId", ip, user_agent AS "userAgent", occurred_at AS "occurredAt"
      FROM audit_events
      WHERE tenant_id = ${orgId}::uuid
        AND coalesce(details->>'mode', ${mode}) = ${mode}
        ${action === undefined ? Prisma.empty : Prisma.sql`AND action = ${action}`}
        ${position === undefined ? Prisma.empty : Prisma.sql`AND seq < ${sequence(position)}`}
      ORDER BY seq DESC
      LIMIT ${most}`;
  }
}

function sequence({ id }: Position): bigint {
  // A cursor that somebody made up leads to the first page, no further than they may look anyway.
  return /^\d{1,18}$/.test(id) ? BigInt(id) : 0n;
}
