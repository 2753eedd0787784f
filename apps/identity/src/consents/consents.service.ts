import { Injectable } from '@nestjs/common';
import { type Access } from '@nomo/oauth-engine';
import { type WritingTransaction } from '@nomo/tenancy';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { type Tx } from '../database/database.js';
import { type Asks } from '../database/pipelines.js';
import { GrantsService } from '../grants/grants.service.js';
import { type RealmKey } from '../realms/realm.js';
import { ConsentsRepository } from './consents.repository.js';

/** What users let applications have. */
@Injectable()
export class ConsentsService {
  constructor(
    private readonly consents: ConsentsRepository,
    private readonly grants: GrantsService,
    private readonly audit: AuditTrail,
  ) {}

  /** What a user lets an application have, if anything. */
  findAccess(
    asks: Asks,
    realm: RealmKey,
    of: { readonly userId: string; readonly clientId: string },
  ): Promise<Access | undefined> {
    return this.consents.findAccess(asks, realm, of);
  }

  /** Notes when, from where and to what a user consented. Writes no audit event: the engine does. */
  async save(
    tx: WritingTransaction,
    realm: RealmKey,
    consent: {
      readonly userId: string;
      readonly clientId: string;
      readonly scopes: readonly string[];
      readonly resourceScopes: readonly string[];
      readonly now: Date;
    },
    { ip, userAgent }: Omit<Origin, 'actor'>,
  ): Promise<void> {
    await this.consents.save(tx, realm, { ...consent, ip, userAgent });
  }

  /** Takes a consent back, and every grant that stood on it. False where there is none. */
  async revoke(tx: Tx, realm: RealmKey, id: string, origin: Origin): Promise<boolean> {
    const consent = await this.consents.revoke(tx, realm, id);
    if (consent === undefined) return false;
    const { userId, clientId } = consent;
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'consent.revoked',
      target: { type: 'consent', id },
      details: { mode: realm.mode, clientId, userId },
    });
    const of = { userId, applicationId: clientId };
    await this.grants.revokeAll(tx, realm, of, 'revoked_by_operator', origin);
    return true;
  }
}
