import { Injectable } from '@nestjs/common';
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

@Injectable()
export class SecurityEventsRepository {
  async insert(
    tx: Tx,
    { orgId, mode }: RealmKey,
    { type, subject, data = {}, ip }: NewSecurityEvent,
  ): Promise<SecurityEvent> {
    const row = await tx.securityEvent.create({
      data: {
        orgId,
        mode,
        id: uuidv7(),
        type,
        subject: subject ?? null,
        data: { ...data },
        ip: ip ?? null,
      },
    });
    return toSecurityEvent(row);
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
