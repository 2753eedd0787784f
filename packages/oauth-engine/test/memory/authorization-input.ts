import { type Application, type OAuthContext } from '../../src/index.js';
import { type AuthorizationInput } from '../../src/lib/authorization/authorization-input.js';
import { Parameters } from '../../src/lib/http/parameters.js';
import { issuer, settings, webApplication } from './acme.js';

/** What a rule of an authorization request reads, where it needs neither storage nor keys. */
export function inputOf(
  parameters: Readonly<Record<string, string>>,
  application: Partial<Application> = {},
): AuthorizationInput {
  const context: Pick<OAuthContext, 'issuer' | 'settings' | 'mode'> = {
    issuer,
    settings,
    mode: 'live',
  };
  return {
    // A rule that reads more of it fails, and then wants `stand()`.
    context: context as OAuthContext,
    application: { ...webApplication, ...application },
    parameters: new Parameters(Object.entries(parameters)),
    pushed: false,
  };
}
