import { z } from 'zod';

/** The rule of a name for people: not empty without the spaces around it, which are taken away. */
export function displayName(longest: number): z.ZodString {
  const rule = `A name has 1 to ${longest} characters.`;
  return z.string().trim().min(1, rule).max(longest, rule);
}
