import { Injectable } from '@nestjs/common';
import { type RevocationReason } from '@nomo/oauth-engine';
import { type AskingTransaction, type WritingTransaction } from '@nomo/tenancy';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { type Tx } from '../database/database.js';
import { type RealmKey } from '../realms/realm.js';
import { revokeGrantsOfSession } from '../oauth/store/grant-statements.js';
import { type GrantsOf, GrantsRepository, type RevokedGrant } from './grants.repository.js';

/** The authorizations of applications, as others than the OAuth endpoints end them. */
@Injectable()
export class GrantsService {
  constructor(
    private readonly grants: GrantsRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Kills all living grants of somebody. Returns how many there were. */
  async revokeAll(
    tx: Tx,
    realm: RealmKey,
    of: GrantsOf,
    reason: RevocationReason,
    origin: Origin,
  ): Promise<number> {
    const revoked = await this.grants.revokeAll(tx, realm, of, reason);
    await this.note(tx, realm, revoked, reason, origin);
    return revoked.length;
  }

  /** Kills the living grants that were given at a session and do not outlive it. */
  async revokeOfSession(
    tx: AskingTransaction,
    realm: RealmKey,
    sessionId: string,
    reason: RevocationReason,
    origin: Origin,
  ): Promise<void> {
    const of = { sessionId, now: new Date(), reason };
    await this.note(tx, realm, await revokeGrantsOfSession(tx, realm, of), reason, origin);
  }

  private async note(
    tx: WritingTransaction,
    realm: RealmKey,
    revoked: readonly RevokedGrant[],
    reason: RevocationReason,
    origin: Origin,
  ): Promise<void> {
    for (const { grantId, clientId } of revoked) {
      await this.audit.record(tx, realm.orgId, origin, {
        action: 'grant.revoked',
        target: { type: 'grant', id: grantId },
        details: { mode: realm.mode, clientId, reason },
      });
    }
  }
}
