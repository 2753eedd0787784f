const DAY_MS = 86_400_000;

/** The UTC day of a moment, `YYYY-MM-DD`. */
export const utcDate = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** The range of so many UTC days that ends today. */
export function lastDays(count: number, now: number): { from: string; to: string } {
  return { from: utcDate(now - (count - 1) * DAY_MS), to: utcDate(now) };
}

/** Every UTC day from `from` to `to`, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  const end = Date.parse(to);
  for (let day = Date.parse(from); day <= end; day += DAY_MS) days.push(utcDate(day));
  return days;
}
