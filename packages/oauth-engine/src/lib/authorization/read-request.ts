import { type AuthorizationInput } from './authorization-input.js';
import { type AuthorizationRequest } from './authorization-request.js';
import { authorizationFields, authorizationGuards } from './rules.js';

/**
 * Runs every rule of an authorization request, from `rules.ts`, in its order.
 *
 * @param redirectUri - Found to be the application's already.
 * @throws {OAuthError} Of the first rule that the request breaks.
 */
export async function readAuthorizationRequest(
  input: AuthorizationInput,
  redirectUri: string,
): Promise<AuthorizationRequest> {
  for (const guard of Object.values(authorizationGuards)) guard(input);
  const found: Record<string, unknown> = {
    clientId: input.application.clientId,
    redirectUri,
    receivedAt: input.context.clock.now().getTime(),
  };
  for (const [field, rule] of Object.entries(authorizationFields)) {
    const value = await rule(input);
    if (value !== undefined) found[field] = value;
  }
  // `authorizationFields` is typed to have the rule of every field, with its type.
  return found as unknown as AuthorizationRequest;
}
