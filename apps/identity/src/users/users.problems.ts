import { Problem } from '@nomo/service-kit';
import { PasswordHasherBusy } from './passwords/password-hasher.js';
import { type PasswordFault } from './passwords/password-rules.js';
import { EmailTaken } from './users.repository.js';
import { PasswordRefused } from './users.service.js';

const REASONS: Readonly<Record<PasswordFault, string>> = {
  too_short: 'The password is shorter than this organization wants.',
  too_long: 'The password is longer than 256 characters.',
  common: 'The password is one of those that are tried first.',
  about_the_account: 'The password says little but what the account says.',
};

/** Throws what a client is told about a failure of the users’ service. */
export function asProblem(error: unknown): never {
  if (error instanceof EmailTaken) {
    throw new Problem({
      status: 409,
      code: error.code,
      detail: 'Another user has this address.',
    });
  }
  if (error instanceof PasswordRefused) {
    throw new Problem({
      status: 422,
      code: error.code,
      detail: REASONS[error.fault],
      extensions: { reason: error.fault },
    });
  }
  if (error instanceof PasswordHasherBusy) {
    throw new Problem({
      status: 503,
      code: 'overloaded',
      detail:
        'More passwords wait to be hashed than can be in time. Retry after a short pause.',
      headers: { 'Retry-After': '2' },
      cause: error,
    });
  }
  throw error;
}
