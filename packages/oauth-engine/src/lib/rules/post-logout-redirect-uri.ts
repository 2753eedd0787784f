import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';

/**
 * RP-Initiated Logout §2 and §3: `post_logout_redirect_uri` is one that the application has
 * registered, character by character; with it goes the `state`.
 *
 * @returns Where the browser goes after the logout; undefined where nothing is asked for.
 * @throws {OAuthError} `invalid_request`: not registered, or nobody knows by whom.
 */
export function postLogoutRedirectUri(
  application: Application | undefined,
  parameters: Parameters,
): string | undefined {
  const uri = parameters.get('post_logout_redirect_uri');
  if (uri === undefined) return undefined;
  if (application?.postLogoutRedirectUris.includes(uri) !== true) {
    throw new OAuthError('invalid_request', 'The post-logout redirect URI is not registered');
  }
  const state = parameters.get('state');
  if (state === undefined) return uri;
  const separator = uri.includes('?') ? '&' : '?';
  return `${uri}${separator}${new URLSearchParams({ state }).toString()}`;
}
