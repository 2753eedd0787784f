import { Problem } from '@nomo/service-kit';
import { PasswordHasherBusy } from './passwords/password-hasher.js';
import { EmailTaken } from './users.repository.js';
import { PasswordRefused } from './users.service.js';

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
      detail: error.message,
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
