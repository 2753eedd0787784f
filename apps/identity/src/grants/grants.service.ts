import { Injectable } from '@nestjs/common';
import { type RevocationReason } from '@nomo/oauth-engine';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { type Tx } from '../database/database.js';
import { type RealmKey } from '../realms/realm.js';
import { type GrantsOf, GrantsRepository } from './grants.repository.js';

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
    for (const { id, clientId } of revoked) {
      await this.audit.record(tx, realm.orgId, origin, {
        action: 'grant.revoked',
        target: { type: 'grant', id },
        details: { mode: realm.mode, clientId, reason },
      });
    }
    return revoked.length;
  }
}
