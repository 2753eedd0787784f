import { Injectable } from '@nestjs/common';
import { auditEvents } from '../audit/audit-events.js';
import { WorkerDatabase } from '../database/doors.js';

/** Sessions that are ended in one transaction: each leaves an event. */
const PAGE = 200;

/** Rows whose time is over, of all customers. */
@Injectable()
export class ExpiredRepository {
  constructor(private readonly database: WorkerDatabase) {}

  /** Ends the first of the sessions that have expired. @returns how many; 0: none is left */
  async endSessions(now: Date): Promise<number> {
    return this.database.asSystem('remove what has expired', async (tx) => {
      // Of two workers at the same rows the one waits for the other, and finds them gone.
      const ended = await tx.$queryRaw<{ user_id: string; id: string }[]>`
        DELETE FROM sessions
        WHERE (user_id, id) IN (
          SELECT user_id, id FROM sessions WHERE idle_expires_at <= ${now}
          ORDER BY idle_expires_at LIMIT ${PAGE}
        )
        RETURNING user_id::text, id::text`;
      for (const { user_id: tenantId, id } of ended) {
        await auditEvents.recordAudit(tx, {
          tenantId,
          actor: { type: 'service', id: 'vision-worker' },
          action: 'session.ended',
          target: { type: 'session', id },
          details: { reason: 'expired' },
        });
      }
      return ended.length;
    });
  }

  /**
   * Removes sign-ins that nobody has finished in time, and the marks of used logout tokens that
   * are too old to be used again.
   *
   * @unaudited Nobody was signed in by the one, and nothing is left of the other.
   */
  async removeRest(now: Date): Promise<void> {
    await this.database.asSystem('remove what has expired', async (tx) => {
      await tx.$executeRaw`DELETE FROM sign_in_attempts WHERE expires_at <= ${now}`;
      await tx.$executeRaw`DELETE FROM used_logout_tokens WHERE expires_at <= ${now}`;
    });
  }
}
