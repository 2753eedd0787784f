import { type AuthorizationRequest } from '../authorization/authorization-request.js';
import { type OAuthContext } from '../context.js';
import { type Application } from '../model/application.js';
import { type Access, type Authorization, type Consent } from '../model/authorization.js';
import { scopeOfClaim } from '../userinfo/claims.js';
import { audience } from './audience.js';

/**
 * OpenID Connect Core §3.1.2.4: whether the user has to be asked for consent. Not for what was
 * consented to before, nor for an application of the organization itself, unless it is asked for.
 *
 * Any program on a device can listen on a loopback port or claim a scheme, and with it take a
 * native application's name. So nothing is granted to one without the user having done something
 * about this very request (RFC 8252 §8.6).
 *
 * @param access - What the request asks for, as `accessAskedFor` has it.
 * @param interacted - The user signed in or selected an account since the request arrived.
 */
export function consentNeeded({
  application,
  request,
  access,
  consent,
  interacted,
}: {
  readonly application: Application;
  readonly request: AuthorizationRequest;
  readonly access: Access;
  readonly consent: Consent | undefined;
  readonly interacted: boolean;
}): boolean {
  if (request.prompt.includes('consent')) return true;
  const impersonable =
    application.type === 'native' && !request.redirectUri.startsWith('https://');
  if (impersonable && !interacted) return true;
  return !application.firstParty && !covers(consent, access);
}

function covers(consent: Consent | undefined, { scope, resourceScope }: Access): boolean {
  return (
    consent !== undefined &&
    scope.every((name) => consent.scope.includes(name)) &&
    resourceScope.every((one) => consent.resourceScope.includes(one))
  );
}

/**
 * What a user who consents to a request consents to: its scopes, and those of the claims that it
 * asks for by name (OpenID Connect Core §5.5), as otherwise `claims` would get an e-mail address
 * out of a consent that spoke of none; and at which resource servers (RFC 8707). It is what the
 * user is shown and what is kept, so that nothing is kept that was not shown.
 */
export function accessAskedFor(
  context: OAuthContext,
  application: Application,
  { scope, resources, claims }: Pick<Authorization, 'scope' | 'resources' | 'claims'>,
): Access {
  const named = [...(claims?.userinfo ?? []), ...(claims?.idToken ?? [])];
  return {
    scope: [...new Set([...scope, ...named.flatMap((claim) => scopeOfClaim(claim) ?? [])])],
    resourceScope: audience({ context, application, resources, scope })
      .filter((identifier) => identifier !== context.issuer)
      .flatMap((identifier) => [
        identifier,
        ...scopesAt(context, identifier)
          .filter((name) => scope.includes(name))
          .map((name) => `${identifier} ${name}`),
      ]),
  };
}

function scopesAt({ settings }: OAuthContext, resource: string): readonly string[] {
  return settings.resources.find(({ identifier }) => identifier === resource)?.scopes ?? [];
}
