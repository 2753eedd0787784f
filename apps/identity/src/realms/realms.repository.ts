import { Injectable } from '@nestjs/common';
import { Tenants } from '../database/database.js';
import { Pipelines } from '../database/pipelines.js';
import { type Organization } from '../generated/prisma/client.js';
import { type Mode, type RealmKey } from './realm.js';

/** Who a name in a path means. */
export interface DirectoryEntry {
  readonly orgId: string;
  readonly mode: Mode;
}

const FIND_ENTRY = `
SELECT org_id AS "orgId", mode FROM organization_directory WHERE slug = $1`;

const FIND_ORGANIZATION = `
SELECT id, name, created_at AS "createdAt", logo_url AS "logoUrl",
  primary_color AS "primaryColor", background_color AS "backgroundColor",
  access_token_ttl AS "accessTokenTtl", id_token_ttl AS "idTokenTtl",
  refresh_token_idle_ttl AS "refreshTokenIdleTtl", refresh_token_ttl AS "refreshTokenTtl",
  session_idle_ttl AS "sessionIdleTtl", session_ttl AS "sessionTtl",
  refresh_leeway AS "refreshLeeway", password_min_length AS "passwordMinLength",
  signing_key_days AS "signingKeyDays"
FROM organizations WHERE id = $1::uuid`;

@Injectable()
export class RealmsRepository {
  constructor(
    private readonly tenants: Tenants,
    private readonly pipelines: Pipelines,
  ) {}

  /** The directory's entry for a name, which belongs to no organization. */
  async findEntry(slug: string): Promise<DirectoryEntry | undefined> {
    const [found] = await this.pipelines.atOnceWithoutTenant([
      { text: FIND_ENTRY, values: [slug] },
    ]);
    return found?.rows[0] as DirectoryEntry | undefined;
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
    const [found] = await this.pipelines.atOnce(orgId, [
      { text: FIND_ORGANIZATION, values: [orgId] },
    ]);
    return found?.rows[0] as Organization | undefined;
  }
}
