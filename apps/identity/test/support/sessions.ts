import { type AskingTransaction } from '@nomo/tenancy';
import { OPERATOR, type Origin } from '../../src/audit/origin.js';
import { type Realm } from '../../src/realms/realm.js';
import { type NewSession, SessionsService } from '../../src/sessions/sessions.service.js';
import { type Stack } from './stack.js';

/** A session of a user, as it is after their password was right. */
export async function startSession(
  stack: Stack,
  tx: AskingTransaction,
  realm: Realm,
  userId: string,
  origin: Origin = OPERATOR,
): Promise<NewSession> {
  const sessions = stack.get(SessionsService);
  const proved = { userId, acr: undefined, amr: ['pwd'], passwordHash: undefined };
  const started = sessions.prepare(realm, proved, origin);
  await sessions.start(tx, realm, started, origin);
  return started;
}
