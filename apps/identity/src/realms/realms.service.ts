import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@nomo/service-kit';
import { type Config } from '../config.js';
import { type Organization } from '../generated/prisma/client.js';
import { ExpiringCache } from './expiring-cache.js';
import { type Realm, type RealmKey } from './realm.js';
import { type DirectoryEntry, RealmsRepository } from './realms.repository.js';
import { WHILE_DATABASE_IS_AWAY } from './while-database-is-away.js';

/** The form of every name in the directory; anything else is not worth a question. */
const SLUG = /^[a-z][a-z0-9-]{1,44}$/;

/** How long a change of branding or settings may take to reach every process. */
const TTL_MS = 5_000;
/** About 2 KB each. */
const MOST = 10_000;

/** Finds the realm that a path names. */
@Injectable()
export class RealmsService {
  private readonly cache = new ExpiringCache<Realm | undefined>({
    ttlMs: TTL_MS,
    most: MOST,
    standIn: WHILE_DATABASE_IS_AWAY,
  });

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly realms: RealmsRepository,
  ) {}

  /** The realm of this name; `undefined` where there is none. At most five seconds old while PostgreSQL answers. */
  async find(slug: string): Promise<Realm | undefined> {
    if (!SLUG.test(slug)) return undefined;
    return this.cache.get(slug, async () => {
      const entry = await this.realms.findEntry(slug);
      if (entry === undefined) return undefined;
      const organization = await this.realms.findOrganization(entry.orgId);
      return organization === undefined
        ? undefined
        : realmOf(this.config.BASE_URL, slug, entry, organization);
    });
  }

  /** The realm that a row belongs to. Asks PostgreSQL: for work in the background. */
  async findByKey(key: RealmKey): Promise<Realm | undefined> {
    const slug = await this.realms.findSlug(key);
    return slug === undefined ? undefined : this.find(slug);
  }

  /** Has the next call read it again, in this process. */
  forget(realm: Pick<Realm, 'slug'>): void {
    this.cache.delete(realm.slug);
  }
}

/** What the rows of an organization say about one of its sides. */
export function realmOf(
  baseUrl: string,
  slug: string,
  { orgId, mode }: DirectoryEntry,
  organization: Organization,
): Realm {
  const issuer = `${baseUrl}/${slug}`;
  const { name, logoUrl, primaryColor, backgroundColor } = organization;
  return {
    orgId,
    mode,
    slug,
    issuer,
    managementAudience: `${issuer}/api`,
    name,
    branding: { logoUrl: logoUrl ?? undefined, primaryColor, backgroundColor },
    settings: {
      accessTokenTtl: organization.accessTokenTtl,
      idTokenTtl: organization.idTokenTtl,
      refreshTokenIdleTtl: organization.refreshTokenIdleTtl,
      refreshTokenTtl: organization.refreshTokenTtl,
      sessionIdleTtl: organization.sessionIdleTtl,
      sessionTtl: organization.sessionTtl,
      refreshLeeway: organization.refreshLeeway,
      signingKeyDays: organization.signingKeyDays,
      passwordMinLength: organization.passwordMinLength,
    },
  };
}
