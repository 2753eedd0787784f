import { Injectable } from '@nestjs/common';
import { type Resource, type Settings } from '@nomo/oauth-engine';
import { ExpiringCache } from '../../realms/expiring-cache.js';
import { type Realm, type RealmKey } from '../../realms/realm.js';
import { RealmChanges } from '../../realms/realm-changes.js';
import { WHILE_DATABASE_IS_AWAY } from '../../realms/while-database-is-away.js';
import { ResourceServersService } from '../../resource-servers/resource-servers.service.js';
import { resourcesOfRealm, USER_SCOPES } from '../../resource-servers/resources-of-realm.js';

/** How old what a realm's APIs are may be in a process that did not change it itself. */
const TTL_MS = 2_000;
const MOST = 10_000;

/** What tokens can be made for, and with which scopes. */
@Injectable()
export class RealmResources {
  private readonly cache = new ExpiringCache<readonly Resource[]>({
    ttlMs: TTL_MS,
    most: MOST,
    standIn: WHILE_DATABASE_IS_AWAY,
  });

  constructor(
    private readonly servers: ResourceServersService,
    changes: RealmChanges,
  ) {
    changes.listen((realm, change) => {
      if ('resourceServers' in change) this.cache.delete(nameOf(realm));
    });
  }

  /** Made once for each reading of a realm and of its APIs, and the same for all requests until then. */
  private readonly made = new WeakMap<
    readonly Resource[],
    { readonly realm: Realm; readonly settings: Settings }
  >();

  /** What the engine has to know of a realm. */
  async settingsOf(realm: Realm): Promise<Settings> {
    const own = await this.cache.get(nameOf(realm), () => this.servers.audiences(realm));
    const before = this.made.get(own);
    if (before?.realm === realm) return before.settings;
    const settings = settingsOf(realm, own);
    this.made.set(own, { realm, settings });
    return settings;
  }
}

function settingsOf(realm: Realm, own: readonly Resource[]): Settings {
  const resources = resourcesOfRealm(realm, own);
  const { settings } = realm;
  return {
    lifetimes: {
      // RFC 9700, section 2.1.1, and RFC 9126, section 2.2, would have them short.
      authorizationCode: 60,
      pushedRequest: 60,
      accessToken: settings.accessTokenTtl,
      idToken: settings.idTokenTtl,
      refreshToken: settings.refreshTokenIdleTtl,
      grant: settings.refreshTokenTtl,
      // Long enough to find one's phone.
      deviceCode: 600,
    },
    scopes: [...new Set([...USER_SCOPES, ...resources.flatMap(({ scopes }) => scopes)])],
    resources,
    acrValues: [],
    uiLocales: ['en'],
  };
}

function nameOf({ orgId, mode }: RealmKey): string {
  return `${orgId}:${mode}`;
}
