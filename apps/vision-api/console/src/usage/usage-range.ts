/** At most so many days are answered at once. */
const MAX_DAYS = 366;
const DAY_MS = 86_400_000;

export const RANGES = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: 'own', label: 'Own' },
] as const;
export type Range = (typeof RANGES)[number]['value'];

/** What is wrong with a range of days `YYYY-MM-DD`; undefined when it can be asked for. */
export function rangeError(from: string, to: string): string | undefined {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(start) || Number.isNaN(end)) return 'Choose a first and a last day.';
  if (end < start) return 'The last day is before the first.';
  if ((end - start) / DAY_MS >= MAX_DAYS) return `At most ${String(MAX_DAYS)} days at once.`;
  return undefined;
}
