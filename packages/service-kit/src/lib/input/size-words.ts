import { type z } from 'zod';

/** What the size of a thing is counted in; a number has none. */
const UNITS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

/** @returns what a client is told of a value that is too small or too big: how much it may be */
export function sizeWords(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const { origin, exact = false, inclusive = true } = issue;
  const isSmall = issue.code === 'too_small';
  const bound = isSmall ? issue.minimum : issue.maximum;
  const unit = UNITS[origin];
  if (isSmall && unit !== undefined && bound === 1 && !exact) return 'This must not be empty.';
  const what = unit === undefined ? `${bound}` : `${bound} ${bound === 1 ? unit[0] : unit[1]}`;
  return `This has to ${unit === undefined ? 'be' : 'have'} ${limitOf(isSmall, exact, inclusive)} ${what}.`;
}

function limitOf(isSmall: boolean, exact: boolean, inclusive: boolean): string {
  if (exact) return 'exactly';
  if (inclusive) return isSmall ? 'at least' : 'at most';
  return isSmall ? 'more than' : 'less than';
}
