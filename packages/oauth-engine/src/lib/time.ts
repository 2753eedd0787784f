/** Whole seconds since 1970, as JWTs count them (RFC 7519 §2, NumericDate). */
export function epochSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000);
}

/** The moment `seconds` after `date`. */
export function secondsAfter(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1_000);
}
