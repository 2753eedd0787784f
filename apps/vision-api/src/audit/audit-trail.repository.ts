import { Injectable } from '@nestjs/common';
import { verifyAudit } from '@nomo/audit';
import { ConsoleDatabase } from '../database/doors.js';
import { type AuditTrailAnswer } from './audit-trail.schemas.js';

type TrailEvent = AuditTrailAnswer['events'][number];

interface Row {
  readonly seq: string;
  readonly event_id: string;
  readonly occurred_at: Date;
  readonly action: string;
  readonly actor_type: string;
  readonly actor_id: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly details: TrailEvent['details'];
  readonly request_id: string | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
}

/** What a walk along a chain has found. */
export interface ChainReport {
  readonly events: number;
  /** The number of the first event that is not as it was; `undefined` where all are. */
  readonly firstBad: number | undefined;
}

/** A customer's own audit trail, as far as the worker has chained it. */
@Injectable()
export class AuditTrailRepository {
  constructor(private readonly database: ConsoleDatabase) {}

  /** The events before a number, or all; the newest first. */
  async list(userId: string, limit: number, before: number | undefined): Promise<TrailEvent[]> {
    const rows = await this.database.withTenant(
      userId,
      (tx) => tx.$queryRaw<Row[]>`
        SELECT seq::text, event_id::text, occurred_at, action, actor_type, actor_id,
          target_type, target_id, details, request_id, ip, user_agent
        FROM audit_events
        WHERE tenant_id = ${userId}::uuid
          AND audit_events.seq < ${String(before ?? Number.MAX_SAFE_INTEGER)}::bigint
        ORDER BY audit_events.seq DESC
        LIMIT ${limit}`,
    );
    return rows.map((row) => ({
      seq: Number(row.seq),
      eventId: row.event_id,
      occurredAt: row.occurred_at.toISOString(),
      action: row.action,
      actor: { type: row.actor_type, id: row.actor_id },
      target: { type: row.target_type, id: row.target_id },
      details: row.details,
      requestId: row.request_id,
      ip: row.ip,
      userAgent: row.user_agent,
    }));
  }

  /**
   * Walks the customer's chain, under the customer's own rights. A chain whose end was cut off
   * together with its head looks whole here: the operator's verification holds it against the
   * signed checkpoints.
   */
  async verify(userId: string): Promise<ChainReport> {
    const { database } = this;
    const report = await verifyAudit(
      { asSystem: (_reason, work, options) => database.withTenant(userId, work, options) },
      { tenant: userId },
    );
    const [finding] = report.findings;
    return {
      events: report.events,
      firstBad: finding && 'seq' in finding ? finding.seq : undefined,
    };
  }
}
