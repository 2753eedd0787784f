import { Injectable } from '@nestjs/common';
import { AuditTrail } from '../audit/audit-trail.js';
import { type Origin } from '../audit/origin.js';
import { type Tx } from '../database/database.js';
import { type Organization } from '../generated/prisma/client.js';
import { type Realm } from '../realms/realm.js';
import {
  type OrganizationChange,
  OrganizationsRepository,
} from './organizations.repository.js';

/** What an organization decides about itself. */
@Injectable()
export class OrganizationsService {
  constructor(
    private readonly organizations: OrganizationsRepository,
    private readonly audit: AuditTrail,
  ) {}

  async update(
    tx: Tx,
    realm: Realm,
    change: OrganizationChange,
    origin: Origin,
  ): Promise<Organization> {
    const row = await this.organizations.update(tx, realm.orgId, change);
    await this.audit.record(tx, realm.orgId, origin, {
      action: 'organization.updated',
      target: { type: 'organization', id: realm.orgId },
      details: { mode: realm.mode, fields: Object.keys(change) },
    });
    return row;
  }
}
