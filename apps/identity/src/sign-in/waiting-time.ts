const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** A time to wait, for a person: never shorter than it is. */
export function inWords(milliseconds: number): string {
  if (milliseconds <= MINUTE) return 'in a minute';
  const minutes = Math.ceil(milliseconds / MINUTE);
  return minutes <= 60 ? `in ${minutes} minutes` : 'later';
}

/** The same for `Retry-After` (RFC 9110, section 10.2.3): whole seconds, at least one. */
export function inSeconds(milliseconds: number): string {
  return String(Math.max(1, Math.ceil(milliseconds / SECOND)));
}
