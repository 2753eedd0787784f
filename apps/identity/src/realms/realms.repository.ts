import { Injectable } from '@nestjs/common';
import { Tenants } from '../database/database.js';
import { type Organization } from '../generated/prisma/client.js';
import { type Mode, type RealmKey } from './realm.js';

/** Who a name in a path means. */
export interface DirectoryEntry {
  readonly orgId: string;
  readonly mode: Mode;
}

@Injectable()
export class RealmsRepository {
  constructor(private readonly tenants: Tenants) {}

  /** The directory's entry for a name, which belongs to no organization. */
  async findEntry(slug: string): Promise<DirectoryEntry | undefined> {
    const row = await this.tenants.withoutTenant((tx) =>
      tx.organizationDirectory.findUnique({ where: { slug } }),
    );
    if (row === null) return undefined;
    return { orgId: row.orgId, mode: row.mode === 'test' ? 'test' : 'live' };
  }

  /** The name of one side of an organization. */
  async findSlug({ orgId, mode }: RealmKey): Promise<string | undefined> {
    const row = await this.tenants.withoutTenant((tx) =>
      tx.organizationDirectory.findFirst({ where: { orgId, mode }, select: { slug: true } }),
    );
    return row?.slug;
  }

  /** The organization itself, as its own transaction sees it. */
  async findOrganization(orgId: string): Promise<Organization | undefined> {
    const row = await this.tenants.withTenant(orgId, (tx) =>
      tx.organization.findUnique({ where: { id: orgId } }),
    );
    return row ?? undefined;
  }
}
