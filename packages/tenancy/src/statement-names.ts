/** More different texts than this come from lists of varying length, which are not worth a plan. */
const MOST_NAMES = 500;

/**
 * Makes the names under which a pool prepares its statements, so that each connection parses and
 * plans them once.
 *
 * @returns for `statementNameGenerator` of Prisma's adapter: one name for each text, and the
 *   empty one, which prepares nothing, once there are too many of them
 */
export function statementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= MOST_NAMES) return '';
    const name = `s${names.size}`;
    names.set(sql, name);
    return name;
  };
}
