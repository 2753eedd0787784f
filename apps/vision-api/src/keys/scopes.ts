/** The operations an API key can be scoped to. The database checks the same list. */
export const SCOPES = [
  'faces:detect',
  'faces:compare',
  'labels:detect',
  'text:detect',
] as const;

export type Scope = (typeof SCOPES)[number];

/** Whether a string is one of {@link SCOPES}. */
export function isScope(value: string): value is Scope {
  return (SCOPES as readonly string[]).includes(value);
}
