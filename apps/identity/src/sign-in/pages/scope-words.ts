import { type Access } from '@nomo/oauth-engine';
import { type ResourceServer } from '../../resource-servers/resource-servers.repository.js';
import { MANAGEMENT_SCOPES } from '../../management/management-scopes.js';

/** What a scope allows, for a person to read. */
export interface ScopeInWords {
  readonly text: string;
  /** The scope itself, where the words are none of ours. */
  readonly scope?: string;
}

/** The scopes of OpenID Connect Core, sections 3.1.2.1, 5.4 and 11. */
const OPENID: ReadonlyMap<string, string> = new Map([
  ['openid', 'Know who you are'],
  ['profile', 'See your name'],
  ['email', 'See your e-mail address'],
  ['offline_access', 'Keep its access while you are away'],
]);

const MANAGEMENT: ReadonlyMap<string, string> = new Map(Object.entries(MANAGEMENT_SCOPES));

/**
 * What an application asks for, in words, in the order of the request. A scope is told of the
 * resource servers that tokens will be for; without one, of all where it means something. One
 * of which no scope is asked for is told of as well: it may not ask for any.
 */
export function accessInWords(
  { scope: scopes, resourceScope }: Access,
  servers: readonly Pick<ResourceServer, 'identifier' | 'name' | 'scopes'>[],
  managementAudience: string,
): ScopeInWords[] {
  const wanted = (identifier: string): boolean =>
    resourceScope.length === 0 || resourceScope.includes(identifier);
  const words = scopes.flatMap((scope): ScopeInWords[] => {
    const known = OPENID.get(scope);
    if (known !== undefined) return [{ text: known }];
    const managed = wanted(managementAudience) ? MANAGEMENT.get(scope) : undefined;
    const apis = servers
      .filter(({ identifier, scopes: own }) => wanted(identifier) && own.includes(scope))
      .map(({ name }) => ({ text: `Use ${name} for you`, scope }));
    if (managed !== undefined) apis.unshift({ text: withoutStop(managed), scope });
    return apis.length > 0 ? apis : [{ text: 'Something that it calls', scope }];
  });
  const silent = servers.filter(
    ({ identifier, scopes: own }) =>
      resourceScope.includes(identifier) && !own.some((name) => scopes.includes(name)),
  );
  return [...words, ...silent.map(({ name }) => ({ text: `Use ${name} for you` }))];
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
