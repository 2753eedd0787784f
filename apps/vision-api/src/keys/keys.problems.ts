import { AuditEventRefused } from '@nomo/audit';
import { Problem } from '@nomo/service-kit';
import { MOST_LIVE_KEYS } from './keys.service.js';

/** There is no such key, or it is somebody else's: nobody learns which. */
export function keyNotFound(): Problem {
  return new Problem({
    status: 404,
    code: 'key_not_found',
    detail: 'You have no key with this id.',
  });
}

export function tooManyKeys(): Problem {
  return new Problem({
    status: 409,
    code: 'too_many_keys',
    detail: `You have ${MOST_LIVE_KEYS} keys that work. Revoke one that is not needed any more.`,
    extensions: { limit: MOST_LIVE_KEYS },
  });
}

/** Passes an error on: as a problem with the name where that is what the audit trail refuses. */
export function throwRefusedName(error: unknown): never {
  if (error instanceof AuditEventRefused && error.code === 'ERR_AUDIT_SECRET') {
    const message =
      'This looks like a secret, or like a number that is one. Choose a plain name.';
    throw Problem.invalidRequest(`name: ${message}`, [{ path: 'name', message }]);
  }
  throw error;
}
