import { type AuthorizationInput } from '../authorization/authorization-input.js';
import { OAuthError } from '../errors.js';
import { claimsParameter } from './claims-parameter.js';
import { idTokenHint } from './id-token-hint.js';

/**
 * OpenID Connect Core §3.1.2.1 (`id_token_hint`) and §5.5.1 (`sub` with a value): the one user
 * for whom the request may succeed. Two that differ can never be met.
 *
 * @returns The user's id, or undefined where anybody may answer.
 * @throws {OAuthError} `invalid_request`, `login_required`.
 */
export async function expectedUser(input: AuthorizationInput): Promise<string | undefined> {
  const hint = await idTokenHint(input.context, input.parameters, input.application.clientId);
  const asked = claimsParameter(input)?.subject;
  if (hint !== undefined && asked !== undefined && hint.userId !== asked) {
    throw new OAuthError('login_required', 'The request names two different users');
  }
  return hint?.userId ?? asked;
}
