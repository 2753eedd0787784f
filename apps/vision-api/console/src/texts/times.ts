/** Times as they are read: all in English, as the pages are, whatever the browser speaks. */
const LOCALE = 'en-GB';

const day = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeStyle: 'long' });
const utcDay = new Intl.DateTimeFormat(LOCALE, {
  day: 'numeric',
  month: 'short',
  timeZone: 'UTC',
});
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' });
const utcClock = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short', timeZone: 'UTC' });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
const number = new Intl.NumberFormat(LOCALE);
const compact = new Intl.NumberFormat(LOCALE, {
  notation: 'compact',
  maximumFractionDigits: 1,
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `12 Mar 2027`, in the user's time zone. */
export const dayText = (iso: string): string => day.format(new Date(iso));

/** `12 Mar 2027, 14:05`, in the user's time zone. */
export const momentText = (iso: string): string => moment.format(new Date(iso));

/** To the second, with the time zone: what stands in a tooltip. */
export const exactText = (iso: string): string => exact.format(new Date(iso));

/** `12 Mar`, of a UTC day `YYYY-MM-DD`. */
export const utcDayText = (date: string): string =>
  utcDay.format(new Date(`${date}T00:00:00Z`));

/** `1,234` */
export const numberText = (value: number): string => number.format(value);

/** `1.2K` */
export const shortNumberText = (value: number): string => compact.format(value);

/** `02:00 (00:00 UTC)`: a moment on the clock here, and on the one that counts. */
export function clockText(iso: string): string {
  const date = new Date(iso);
  return `${clock.format(date)} (${utcClock.format(date)} UTC)`;
}

/** `3 minutes ago`, `in 2 days`, `just now`; beyond a month, the day. */
export function relativeText(iso: string, now: number): string {
  const distance = new Date(iso).getTime() - now;
  const size = Math.abs(distance);
  if (size < MINUTE) return 'just now';
  if (size < HOUR) return relative.format(Math.trunc(distance / MINUTE), 'minute');
  if (size < DAY) return relative.format(Math.trunc(distance / HOUR), 'hour');
  if (size < 30 * DAY) return relative.format(Math.trunc(distance / DAY), 'day');
  return dayText(iso);
}

/** `4 s`, `2 min`: how long to wait, in the largest unit that says enough. */
export function durationText(seconds: number): string {
  return seconds < 90
    ? `${String(Math.ceil(seconds))} s`
    : `${numberText(Math.ceil(seconds / 60))} min`;
}

const MEGABYTE = 1024 * 1024;

/** `4.8 MB`, of 1024 × 1024 bytes as the service's limit is; `12 kB` below one. */
export function sizeText(bytes: number): string {
  if (bytes < MEGABYTE) return `${numberText(Math.max(1, Math.round(bytes / 1024)))} kB`;
  return `${String(Math.round((bytes / MEGABYTE) * 10) / 10)} MB`;
}
