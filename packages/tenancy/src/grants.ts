import { readCatalog } from './lib/catalog.js';
import { type CatalogQuery } from './rules.js';

/** What a role may do to one table: each verb on the whole of it, or on the columns named. */
export type TableGrants = Readonly<Record<string, '*' | readonly string[]>>;

/** Role → table, view or sequence → verb. `PUBLIC` is a role here. */
export type Grants = Readonly<Record<string, Readonly<Record<string, TableGrants>>>>;

/**
 * Reads what roles have been granted in the database that `query` asks: what they hold
 * themselves, and what everybody holds under `PUBLIC`. A role that has nothing is an empty
 * object; a grant on columns counts only where there is none on the whole.
 */
export async function readGrants(
  query: CatalogQuery,
  roles: readonly string[],
): Promise<Grants> {
  const { grants } = await readCatalog(query, roles);
  const result: Record<
    string,
    Record<string, Record<string, '*' | string[]>>
  > = Object.fromEntries([...roles, 'PUBLIC'].map((role) => [role, {}]));
  for (const { role, on, verb, column } of grants) {
    const verbs = ((result[role] ??= {})[on] ??= {});
    const known = verbs[verb];
    if (column === null) verbs[verb] = '*';
    else if (known !== '*') verbs[verb] = [...(known ?? []), column].sort();
  }
  return result;
}
