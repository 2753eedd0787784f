/** Reads an option that may be given more than once. */
export function repeated(value: string, before: string[]): string[] {
  return [...before, value];
}
