import { Injectable } from '@nestjs/common';
import { type AskingTransaction, writeBehind, type WritingTransaction } from '@nomo/tenancy';
import { System, type Tx } from '../../database/database.js';
import { type Attempt } from '../../deliveries/attempt.js';
import { type Mode, type RealmKey } from '../../realms/realm.js';

/** A session that has ended, and an application that had a grant of it. */
export interface EndedSession {
  readonly clientId: string;
  readonly userId: string;
  readonly sessionId: string;
}

/** A logout that somebody has taken for one attempt. */
export interface ClaimedLogout extends EndedSession {
  readonly mode: Mode;
  /** How many attempts were made, this one included. */
  readonly attempts: number;
  /** Where to tell it. `undefined` where the application does not want to hear of it any more. */
  readonly address: string | undefined;
}

const INSERT = `
INSERT INTO logout_deliveries (org_id, mode, id, application_id, user_id, session_id)
SELECT $1::uuid, $2, id, "clientId", "userId", "sessionId"
FROM jsonb_to_recordset($3::jsonb) AS logout (
  id uuid, "clientId" text, "userId" uuid, "sessionId" uuid)`;

const TO_TELL = `
SELECT DISTINCT grants.application_id AS "clientId", grants.user_id AS "userId",
  grants.session_id AS "sessionId"
FROM grants
JOIN applications AS application
  ON application.org_id = grants.org_id AND application.id = grants.application_id
WHERE grants.org_id = $1::uuid AND grants.mode = $2
  AND grants.session_id = ANY(ARRAY(SELECT jsonb_array_elements_text($3::jsonb)::uuid))
  AND application.backchannel_logout_uri IS NOT NULL AND application.disabled_at IS NULL`;

@Injectable()
export class LogoutsRepository {
  async insert(
    tx: WritingTransaction,
    { orgId, mode }: RealmKey,
    logouts: readonly (EndedSession & { readonly id: string })[],
  ): Promise<void> {
    await writeBehind(tx, INSERT, [orgId, mode, JSON.stringify(logouts)]);
  }

  /** The applications that got a grant of one of these sessions, and have an address for it. */
  async findWhomToTell(
    tx: AskingTransaction,
    { orgId, mode }: RealmKey,
    sessionIds: readonly string[],
  ): Promise<readonly EndedSession[]> {
    const rows = await tx.$queryRawUnsafe(TO_TELL, orgId, mode, JSON.stringify(sessionIds));
    return rows as readonly EndedSession[];
  }

  /**
   * Takes a logout that is due for one attempt: for the time of a lease nobody else gets it.
   * `undefined` when it is done, not due, or another's.
   */
  async claim(
    tx: Tx,
    orgId: string,
    id: string,
    leaseMs: number,
  ): Promise<ClaimedLogout | undefined> {
    const [row] = await tx.$queryRaw<
      (Omit<ClaimedLogout, 'address'> & { address: string | null })[]
    >`
      UPDATE logout_deliveries AS logout
      SET due_at = now() + make_interval(secs => ${leaseMs / 1_000}), attempts = attempts + 1
      WHERE org_id = ${orgId}::uuid AND id = ${id}::uuid
        AND status = 'pending' AND due_at <= now()
      RETURNING application_id AS "clientId", user_id AS "userId", session_id AS "sessionId",
        mode, attempts, (
          SELECT backchannel_logout_uri FROM applications
          WHERE org_id = logout.org_id AND id = logout.application_id
            AND mode = logout.mode AND disabled_at IS NULL) AS address`;
    return row && { ...row, address: row.address ?? undefined };
  }

  async noteAttempt(tx: Tx, orgId: string, id: string, attempt: Attempt): Promise<void> {
    const { status, lastStatus, lastError, dueAt } = attempt;
    await tx.logoutDelivery.updateMany({
      where: { orgId, id, status: 'pending' },
      data: {
        status,
        dueAt,
        lastStatus: lastStatus ?? null,
        lastError: lastError ?? null,
        deliveredAt: status === 'delivered' ? new Date() : null,
      },
    });
  }
}

@Injectable()
export class DueLogoutsRepository {
  constructor(private readonly system: System) {}

  /** Logouts whose time has come: the longest overdue of each organization, then the next of each. */
  async find(most: number): Promise<{ orgId: string; id: string }[]> {
    return this.system.asSystem(
      'find logouts that are due',
      (tx) => tx.$queryRaw<{ orgId: string; id: string }[]>`
        SELECT org_id AS "orgId", id FROM (
          SELECT org_id, id, due_at,
            row_number() OVER (PARTITION BY org_id ORDER BY due_at, id) AS place
          FROM logout_deliveries
          WHERE status = 'pending' AND due_at <= now()) AS due
        ORDER BY place, due_at LIMIT ${most}`,
    );
  }
}
