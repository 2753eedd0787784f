import { type Resource } from '@nomo/oauth-engine';
import { type InvalidField } from '@nomo/service-kit';
import { USER_SCOPES } from '../resource-servers/resources-of-realm.js';
import { type ApplicationSettings } from './application.js';

/**
 * Which of its scopes an application could never be granted: nothing in an empty list. A token
 * holds what means something to one of its audiences (RFC 9068, section 2.2.3), so a scope of a
 * resource that the application may not use would be left out of each without a word.
 *
 * @param known all that tokens of the realm can be made for
 */
export function scopeFaults(
  { scopes, resources }: Pick<ApplicationSettings, 'scopes' | 'resources'>,
  known: readonly Resource[],
): InvalidField[] {
  const usable = new Set([
    ...USER_SCOPES,
    ...known
      .filter(({ identifier }) => resources.includes(identifier))
      .flatMap((resource) => resource.scopes),
  ]);
  return scopes.flatMap((scope, index) =>
    usable.has(scope) ? [] : [{ path: `scopes.${index}`, message: faultOf(scope, known) }],
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

function faultOf(scope: string, known: readonly Resource[]): string {
  const owners = known
    .filter((resource) => resource.scopes.includes(scope))
    .map(({ identifier }) => identifier);
  return owners.length === 0
    ? `No resource has the scope ${scope}: make one that has, and add it to the application.`
    : `${scope} is a scope of ${owners.join(' or ')}: add the resource to the application.`;
}
