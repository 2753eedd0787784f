import { z } from 'zod';

/** Lines of their own, and what turns the direction of the text around it: with these one name can look like another. */
const DECEIVING = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** The rule of a name for people: not empty without the spaces around it, which are taken away. */
export function displayName(longest: number): z.ZodString {
  const rule = `A name has 1 to ${longest} characters.`;
  return z
    .string()
    .trim()
    .min(1, rule)
    .max(longest, rule)
    .refine(
      (name) => !DECEIVING.test(name),
      'A name has no line breaks, control characters or marks that turn the direction of text.',
    );
}
