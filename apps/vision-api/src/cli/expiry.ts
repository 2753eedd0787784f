/** When a key shall expire: `at` is `undefined` where it never does. */
export type Expiry =
  | { readonly ok: true; readonly at: Date | undefined }
  | { readonly ok: false; readonly reason: string };

const HOUR_MS = 3_600_000;

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
  if (/^\d{4}-\d{2}-\d{2}$/u.test(text)) {
    return inFuture(Date.parse(`${text}T00:00:00Z`) + 24 * HOUR_MS, now);
  }
  if (/^\d{4}-\d{2}-\d{2}T/u.test(text)) return inFuture(Date.parse(text), now);
  return {
    ok: false,
    reason: 'Give a date (2027-01-31), a time from now (90d, 12h), or: never.',
  };
}

function inFuture(time: number, now: Date): Expiry {
  if (Number.isNaN(time)) return { ok: false, reason: 'There is no such date.' };
  if (time <= now.getTime()) return { ok: false, reason: 'This lies in the past.' };
  return { ok: true, at: new Date(time) };
}
