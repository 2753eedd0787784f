import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';
import { scopeSyntax } from './scope-syntax.js';

/**
 * RFC 6749 §3.3 and OpenID Connect Core §3.1.2.1: what an application asks for. A scope that the
 * organization does not know is ignored; one that it knows and the application may not have is
 * refused. `offline_access` means nothing where no refresh token can be used (§11). Where nothing
 * is left of what was asked for the request is refused: an answer has to say which scope it gives
 * where that is another one (RFC 6749 §5.1), and no scope at all cannot be written (§3.3).
 *
 * @returns The scopes that can be granted, each once.
 * @throws {OAuthError} `invalid_scope`.
 */
export function scope({
  context,
  application,
  parameters,
}: {
  readonly context: OAuthContext;
  readonly application: Application;
  readonly parameters: Parameters;
}): readonly string[] {
  const asked = scopeSyntax(parameters.get('scope'));
  const known = asked.filter((name) => context.settings.scopes.includes(name));
  if (known.some((name) => !application.scopes.includes(name))) {
    throw new OAuthError('invalid_scope', 'The application may not ask for this scope');
  }
  const usable = known.filter(
    (name) => name !== 'offline_access' || application.grantTypes.includes('refresh_token'),
  );
  if (asked.length > 0 && usable.length === 0) {
    throw new OAuthError('invalid_scope', 'Nothing of this scope can be granted');
  }
  return usable;
}
