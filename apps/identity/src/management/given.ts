/** A change without what was not given: `exactOptionalPropertyTypes` tells the two apart, zod does not. */
export function given<Change extends object>(
  change: Change,
): { [Name in keyof Change]?: Exclude<Change[Name], undefined> } {
  return Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  ) as { [Name in keyof Change]?: Exclude<Change[Name], undefined> };
}
