import { type AuthorizationRequest } from '../authorization/authorization-request.js';
import { type Application } from '../model/application.js';
import { type Consent } from '../model/authorization.js';
import { scopeOfClaim } from '../userinfo/claims.js';

/**
 * OpenID Connect Core §3.1.2.4: whether the user has to be asked for consent. Not for what was
 * consented to before, nor for an application of the organization itself, unless it is asked for.
 *
 * Any program on a device can listen on a loopback port or claim a scheme, and with it take a
 * native application's name. So nothing is granted to one without the user having done something
 * about this very request (RFC 8252 §8.6).
 *
 * @param interacted - The user signed in or selected an account since the request arrived.
 * @returns The scopes that are new to the user, or undefined if there is nothing to ask.
 */
export function consentNeeded({
  application,
  request,
  consent,
  interacted,
}: {
  readonly application: Application;
  readonly request: AuthorizationRequest;
  readonly consent: Consent | undefined;
  readonly interacted: boolean;
}): readonly string[] | undefined {
  const scope = scopeToConsentTo(request);
  const known = application.firstParty ? scope : (consent?.scope ?? []);
  const newScope = scope.filter((name) => !known.includes(name));
  const impersonable =
    application.type === 'native' && !request.redirectUri.startsWith('https://');
  const never = !application.firstParty && consent === undefined;
  const ask =
    request.prompt.includes('consent') ||
    newScope.length > 0 ||
    never ||
    (impersonable && !interacted);
  return ask ? newScope : undefined;
}

/**
 * What a user who consents to a request consents to: its scopes, and those of the claims that it
 * asks for by name (OpenID Connect Core §5.5). Otherwise `claims` would get an e-mail address out
 * of a consent that spoke of none.
 */
export function scopeToConsentTo({ scope, claims }: AuthorizationRequest): readonly string[] {
  const named = [...(claims?.userinfo ?? []), ...(claims?.idToken ?? [])];
  return [...new Set([...scope, ...named.flatMap((claim) => scopeOfClaim(claim) ?? [])])];
}
