import { type Resource } from '@nomo/oauth-engine';
import { type InvalidField } from '@nomo/service-kit';
import { USER_SCOPES } from '../resource-servers/resources-of-realm.js';
import { type ApplicationSettings } from './application.js';

interface RealmResources {
  /** All that tokens of the realm can be made for. */
  readonly known: readonly Resource[];
  readonly managementAudience: string;
}

/**
 * Which of its scopes an application could never be granted, or would be granted for nothing: nothing
 * in an empty list. A token holds what means something to one of its audiences (RFC 9068, section
 * 2.2.3), so a scope of a resource that the application may not use would be left out of each without
 * a word. The management API answers no token of a user, whatever its scopes (decision 0017).
 */
export function scopeFaults(
  {
    scopes,
    resources,
    grantTypes,
  }: Pick<ApplicationSettings, 'scopes' | 'resources' | 'grantTypes'>,
  { known, managementAudience }: RealmResources,
): InvalidField[] {
  const open = grantTypes.includes('client_credentials')
    ? known
    : known.filter(({ identifier }) => identifier !== managementAudience);
  const usable = new Set([
    ...USER_SCOPES,
    ...open
      .filter(({ identifier }) => resources.includes(identifier))
      .flatMap((resource) => resource.scopes),
  ]);
  return scopes.flatMap((scope, index) =>
    usable.has(scope)
      ? []
      : [{ path: `scopes.${index}`, message: faultOf(scope, open, known) }],
  );
}

/** Which of the resources that an application shall have there are not: nothing in an empty list. */
export function resourceFaults(
  resources: readonly string[],
  known: readonly Resource[],
): InvalidField[] {
  const identifiers = new Set(known.map(({ identifier }) => identifier));
  return resources.flatMap((resource, index) => {
    const message = `No resource has the identifier ${resource}: make it first.`;
    return identifiers.has(resource) ? [] : [{ path: `resources.${index}`, message }];
  });
}

function faultOf(scope: string, open: readonly Resource[], known: readonly Resource[]): string {
  const owners = open.filter((resource) => resource.scopes.includes(scope));
  if (owners.length > 0) {
    const identifiers = owners.map(({ identifier }) => identifier).join(' or ');
    return `${scope} is a scope of ${identifiers}: add the resource to the application.`;
  }
  return known.some((resource) => resource.scopes.includes(scope))
    ? `${scope} is a scope of the management API, which answers no tokens of users: only an application with the grant client_credentials may have it.`
    : `No resource has the scope ${scope}: make one that has, and add it to the application.`;
}
