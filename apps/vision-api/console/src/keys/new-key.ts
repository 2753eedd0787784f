import { type Scope } from '../api/schemas.js';
import { numberText } from '../texts/times.js';

/** What was entered in the form of a new key. */
export interface NewKeyForm {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly mode: 'live' | 'test';
  readonly expiry: Expiry;
  /** `YYYY-MM-DD`, here; read when `expiry` is `date`. */
  readonly expiryDate: string;
}

export const EXPIRIES = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'At the end of a day…' },
] as const;
export type Expiry = (typeof EXPIRIES)[number]['value'];

export type NewKeyErrors = Partial<Record<'name' | 'scopes' | 'expiresAt', string>>;

/** The service's limit. */
const MAX_NAME = 100;
const DAY_MS = 86_400_000;

/** What is missing or wrong, in words for each field; nothing when the form can be sent. */
export function newKeyErrors(form: NewKeyForm, now: number): NewKeyErrors {
  const name = form.name.trim();
  // Characters as PostgreSQL and a reader count them, not UTF-16 units.
  const length = Array.from(name).length;
  const expiresAt = expiryOf(form, now);
  return {
    ...(length === 0 && { name: 'Give the key a name.' }),
    ...(length > MAX_NAME && {
      name: `At most ${numberText(MAX_NAME)} characters, please: this is ${numberText(length)}.`,
    }),
    ...(form.scopes.length === 0 && { scopes: 'Choose at least one thing that it may do.' }),
    ...(expiresAt === undefined && { expiresAt: 'Choose a day.' }),
    ...(typeof expiresAt === 'string' &&
      Date.parse(expiresAt) <= now && { expiresAt: 'Choose a day to come.' }),
  };
}

/** What is sent to the service for a form without errors. */
export function newKeyRequest(form: NewKeyForm, now: number): Record<string, unknown> {
  const expiresAt = expiryOf(form, now);
  return {
    name: form.name.trim(),
    scopes: form.scopes,
    mode: form.mode,
    ...(typeof expiresAt === 'string' && { expiresAt }),
  };
}

/** ISO 8601; null for never, undefined where no day was chosen. */
function expiryOf({ expiry, expiryDate }: NewKeyForm, now: number): string | null | undefined {
  if (expiry === 'never') return null;
  if (expiry !== 'date') return new Date(now + Number(expiry) * DAY_MS).toISOString();
  const lastMoment = new Date(`${expiryDate}T23:59:59`);
  return Number.isNaN(lastMoment.getTime()) ? undefined : lastMoment.toISOString();
}
