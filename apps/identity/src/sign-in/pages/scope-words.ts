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
 * What an application asks for, in words, in the order of the request.
 *
 * @param resources what the request wants tokens for; without one, wherever a scope means something
 */
export function scopesInWords(
  scopes: readonly string[],
  resources: readonly string[],
  servers: readonly Pick<ResourceServer, 'identifier' | 'name' | 'scopes'>[],
  managementAudience: string,
): ScopeInWords[] {
  const wanted = (identifier: string): boolean =>
    resources.length === 0 || resources.includes(identifier);
  return scopes.flatMap((scope): ScopeInWords[] => {
    const known = OPENID.get(scope);
    if (known !== undefined) return [{ text: known }];
    const managed = wanted(managementAudience) ? MANAGEMENT.get(scope) : undefined;
    const words = servers
      .filter(({ identifier, scopes: own }) => wanted(identifier) && own.includes(scope))
      .map(({ name }) => ({ text: `Use ${name} for you`, scope }));
    if (managed !== undefined) words.unshift({ text: withoutStop(managed), scope });
    return words.length > 0 ? words : [{ text: 'Something that it calls', scope }];
  });
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
