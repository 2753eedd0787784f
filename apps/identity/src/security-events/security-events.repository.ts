import { Injectable } from '@nestjs/common';
import { writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { v7 as uuidv7 } from 'uuid';
import { type Tx } from '../database/database.js';
import { type SecurityEvent as Row } from '../generated/prisma/client.js';
import { after, type Position } from '../management/pagination.js';
import { type RealmKey } from '../realms/realm.js';
import {
  type NewSecurityEvent,
  type SecurityEvent,
  type SecurityEventType,
} from './security-event.js';

const INSERT = `
INSERT INTO security_events (org_id, id, mode, type, subject, data, ip, occurred_at)
VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6::jsonb, $7, $8::timestamptz)`;

@Injectable()
export class SecurityEventsRepository {
  async insert(
    tx: WritingTransaction,
    { orgId, mode }: RealmKey,
    { type, subject, data = {}, ip }: NewSecurityEvent,
  ): Promise<SecurityEvent> {
    const event = { id: uuidv7(), type, subject, data, ip, occurredAt: new Date() };
    await writeBehind(tx, INSERT, [
      orgId,
      event.id,
      mode,
      type,
      subject ?? null,
      JSON.stringify(data),
      ip ?? null,
      event.occurredAt,
    ]);
    return event;
  }

  async find(tx: Tx, orgId: string, id: string): Promise<SecurityEvent | undefined> {
    const row = await tx.securityEvent.findUnique({ where: { orgId_id: { orgId, id } } });
    return row === null ? undefined : toSecurityEvent(row);
  }

  async list(
    tx: Tx,
    { orgId, mode }: RealmKey,
    options: {
      readonly type: SecurityEventType | undefined;
      readonly position: Position | undefined;
      readonly most: number;
    },
  ): Promise<SecurityEvent[]> {
    const { type, position, most } = options;
    const rows = await tx.securityEvent.findMany({
      where: {
        orgId,
        mode,
        ...(type !== undefined && { type }),
        ...after('occurredAt', position),
      },
      orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
      take: most,
    });
    return rows.map(toSecurityEvent);
  }
}

function toSecurityEvent(row: Row): SecurityEvent {
  return {
    id: row.id,
    type: row.type as SecurityEventType,
    subject: row.subject ?? undefined,
    data: row.data as Record<string, unknown>,
    ip: row.ip ?? undefined,
    occurredAt: row.occurredAt,
  };
}
