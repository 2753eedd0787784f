import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type OAuthTransaction } from '../ports/store.js';

/**
 * Runs the transaction of one answer. A refusal that `work` **returns** is thrown after the
 * commit: what was written down about a replay, or of a poll, stays. One that it throws takes
 * everything back.
 */
export async function answerFromTransaction<Answer>(
  { store }: OAuthContext,
  work: (tx: OAuthTransaction) => Promise<Answer | OAuthError>,
): Promise<Answer> {
  const answer = await store.transaction(work);
  if (answer instanceof OAuthError) throw answer;
  return answer;
}
