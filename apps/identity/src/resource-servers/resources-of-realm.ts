import { type Resource } from '@nomo/oauth-engine';
import { MANAGEMENT_SCOPES } from '../management/management-scopes.js';
import { type Realm } from '../realms/realm.js';

/** What OpenID Connect defines, and we know something about. */
export const USER_SCOPES = ['openid', 'profile', 'email', 'offline_access'];

/** All that tokens of a realm can be made for: the management API, and the realm's own APIs. */
export function resourcesOfRealm(
  { managementAudience }: Pick<Realm, 'managementAudience'>,
  own: readonly Resource[],
): readonly Resource[] {
  return [{ identifier: managementAudience, scopes: Object.keys(MANAGEMENT_SCOPES) }, ...own];
}
