import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';
import { scopeSyntax } from './scope-syntax.js';

/**
 * RFC 6749 §3.3 and OpenID Connect Core §3.1.2.1: what an application asks for. A scope that the
 * organization does not know is ignored; one that it knows and the application may not have is
 * refused. `offline_access` means nothing where no refresh token can be used (§11).
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
  const known = scopeSyntax(parameters.get('scope')).filter((name) =>
    context.settings.scopes.includes(name),
  );
  if (known.some((name) => !application.scopes.includes(name))) {
    throw new OAuthError('invalid_scope', 'The application may not ask for this scope');
  }
  return known.filter(
    (name) => name !== 'offline_access' || application.grantTypes.includes('refresh_token'),
  );
}
