import { type OAuthContext } from '../context.js';
import { OAuthError } from '../errors.js';
import { type Application } from '../model/application.js';
import { type Authorization } from '../model/authorization.js';
import { audience } from './audience.js';
import { isResourceOf } from './resource.js';

/**
 * RFC 8707 §2.2: a token request may narrow down the resources that were authorized, and asks
 * for nothing that was not. An authorization that named none is one for those that its tokens are
 * for by themselves: what its user was never asked about cannot be had afterwards. What was taken
 * from the application since, or is no resource server any more, is gone.
 *
 * @returns The resources for the access token; none where the token is for what it always is for.
 * @throws {OAuthError} `invalid_target`.
 */
export function resourceSubset({
  context,
  application,
  asked,
  authorization: { resources, scope },
}: {
  readonly context: OAuthContext;
  readonly application: Application;
  readonly asked: readonly string[];
  readonly authorization: Pick<Authorization, 'resources' | 'scope'>;
}): readonly string[] {
  if (asked.length === 0) {
    const left = resources.filter((one) => isResourceOf(context, application, one));
    // Without one the token would be for those that nobody named.
    if (left.length === 0 && resources.length > 0) {
      throw new OAuthError('invalid_target', 'No resource is left of what was authorized');
    }
    return left;
  }
  const authorized = audience({ context, application, resources, scope });
  if (!asked.every((one) => authorized.includes(one))) {
    throw new OAuthError('invalid_target', 'The resource was not authorized');
  }
  return asked;
}
