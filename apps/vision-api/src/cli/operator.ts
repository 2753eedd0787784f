import { hostname, userInfo } from 'node:os';
import { type Initiator } from '../audit/audit-events.js';

/** The person at the terminal, as their machine knows them. */
export function operator(): Initiator {
  return { actor: { type: 'operator', id: `${loginName()}@${hostname()}` } };
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
