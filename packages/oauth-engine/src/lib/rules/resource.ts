import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';

/**
 * RFC 8707 §2: each `resource` is a resource server of the organization that the application may
 * ask for, compared exactly; the issuer, which stands for the userinfo endpoint, may be asked
 * for by all.
 *
 * @returns The resource indicators, each once; none where none was named.
 * @throws {OAuthError} `invalid_target`.
 */
export function resource({
  context,
  application,
  parameters,
}: {
  readonly context: OAuthContext;
  readonly application: Application;
  readonly parameters: Parameters;
}): readonly string[] {
  const asked = [...new Set(parameters.all('resource'))];
  if (!asked.every((indicator) => isResourceOf(context, application, indicator))) {
    throw new OAuthError(
      'invalid_target',
      'The resource is unknown, or not for this application',
    );
  }
  return asked;
}

/** Whether tokens for a resource server are made for an application. */
export function isResourceOf(
  { issuer, settings }: OAuthContext,
  application: Application,
  indicator: string,
): boolean {
  return (
    indicator === issuer ||
    (application.resources.includes(indicator) &&
      settings.resources.some(({ identifier }) => identifier === indicator))
  );
}
