import { z } from 'zod';

/** When a key shall expire: `at` is `undefined` where it never does. */
export type Expiry =
  | { readonly ok: true; readonly at: Date | undefined }
  | { readonly ok: false; readonly reason: string };

const HOUR_MS = 3_600_000;

const DAY = z.iso.date();
const TIME = z.iso.datetime({ offset: true });

/**
 * Reads an expiry: `never`, a time from now (`90d`, `12h`) or a date. A day alone means its
 * end: a key that expires on the 31st still works on the 31st, UTC.
 */
export function parseExpiry(text: string, now: Date): Expiry {
  if (text === 'never') return { ok: true, at: undefined };

  const fromNow = /^(?<amount>\d{1,5})(?<unit>[dh])$/u.exec(text)?.groups;
  if (fromNow !== undefined) {
    const hours = Number(fromNow['amount']) * (fromNow['unit'] === 'd' ? 24 : 1);
    return inFuture(now.getTime() + hours * HOUR_MS, now);
  }
  const day = /^\d{4}-\d{2}-\d{2}(?=T|$)/u.exec(text)?.[0];
  // `Date` goes on counting into the next month.
  if (day !== undefined && !DAY.safeParse(day).success)
    return refused('There is no such date.');
  if (day === text) return inFuture(Date.parse(`${day}T00:00:00Z`) + 24 * HOUR_MS, now);
  if (TIME.safeParse(text).success) return inFuture(Date.parse(text), now);
  return refused(
    'Give a date (2027-01-31), a time with its zone (2027-01-31T08:30:00Z), one from now (90d, 12h), or: never.',
  );
}

function refused(reason: string): Expiry {
  return { ok: false, reason };
}

function inFuture(time: number, now: Date): Expiry {
  if (time <= now.getTime()) return refused('This lies in the past.');
  return { ok: true, at: new Date(time) };
}
