import { type InvalidField } from '@nomo/service-kit';
import { type NewApplication } from './applications.repository.js';

/** What an application is by its settings, without its name. */
type Judged = Pick<
  NewApplication,
  | 'type'
  | 'tokenEndpointAuthMethod'
  | 'grantTypes'
  | 'redirectUris'
  | 'postLogoutRedirectUris'
  | 'jwks'
  | 'jwksUri'
  | 'resources'
  | 'defaultResource'
>;

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * What is wrong with the settings of an application taken together: nothing in an empty list.
 * Sources: OAuth 2.1 sections 2.1 and 2.3.1, RFC 8252, RFC 9700 section 4.1.
 */
export function applicationFaults(application: Judged): InvalidField[] {
  const faults: InvalidField[] = [];
  const refuse = (path: string, message: string): void => void faults.push({ path, message });
  const { type, tokenEndpointAuthMethod: method, grantTypes } = application;

  const isPublic = type === 'single_page' || type === 'native';
  if (isPublic !== (method === 'none')) {
    refuse(
      'tokenEndpointAuthMethod',
      isPublic
        ? 'Whoever has a single-page or native application has its secret too: this has to be none.'
        : 'A web or machine application has to prove who it is.',
    );
  }
  if (grantTypes.includes('client_credentials') && method === 'none') {
    refuse('grantTypes', 'client_credentials is for applications that prove who they are.');
  }
  if (type === 'machine' && grantTypes.some((grant) => grant !== 'client_credentials')) {
    refuse('grantTypes', 'A machine has no user: client_credentials is all it can use.');
  }
  if (grantTypes.includes('refresh_token') && !grantTypes.some(issuesRefreshTokens)) {
    refuse('grantTypes', 'refresh_token needs a grant that issues refresh tokens.');
  }
  const sendsBack = grantTypes.includes('authorization_code');
  if (sendsBack !== application.redirectUris.length > 0) {
    refuse(
      'redirectUris',
      sendsBack
        ? 'The grant authorization_code needs a redirect URI.'
        : 'Only the grant authorization_code has redirect URIs: this has to be empty.',
    );
  }
  for (const [index, uri] of application.redirectUris.entries()) {
    const fault = redirectUriFault(uri, type);
    if (fault !== undefined) refuse(`redirectUris.${index}`, fault);
  }
  for (const [index, uri] of application.postLogoutRedirectUris.entries()) {
    const fault = redirectUriFault(uri, type);
    if (fault !== undefined) refuse(`postLogoutRedirectUris.${index}`, fault);
  }
  const keys = [application.jwks, application.jwksUri].filter((source) => source !== null);
  const signs = method === 'private_key_jwt';
  if (keys.length !== (signs ? 1 : 0)) {
    refuse(
      'jwks',
      signs
        ? 'private_key_jwt needs keys: either jwks or jwksUri.'
        : 'Only private_key_jwt has keys: jwks and jwksUri have to be left out, or null.',
    );
  }
  const { defaultResource, resources } = application;
  if (defaultResource !== null && !resources.includes(defaultResource)) {
    refuse('defaultResource', 'This has to be one of resources.');
  }
  return faults;
}

function issuesRefreshTokens(grant: string): boolean {
  return grant === 'authorization_code' || grant === DEVICE;
}

/** Why an address cannot be one to send browsers back to; `undefined` where it can. */
function redirectUriFault(uri: string, type: Judged['type']): string | undefined {
  if (!URL.canParse(uri)) return 'This is not an absolute URI.';
  const url = new URL(uri);
  if (uri.includes('#')) return 'A redirect URI has no fragment.';
  if (url.username !== '' || url.password !== '') return 'A redirect URI has no user in it.';
  if (uri.includes('*')) return 'A redirect URI is compared exactly: there are no wildcards.';
  if (url.protocol === 'https:') return undefined;
  if (url.protocol === 'http:') {
    return LOOPBACK.has(url.hostname) ? undefined : 'Outside of loopback this has to be https.';
  }
  // RFC 8252, section 7.1: a domain name of one's own, backwards.
  if (type === 'native' && isReverseDomain(url.protocol.slice(0, -1))) {
    return undefined;
  }
  return 'This has to be https, or for native applications a scheme such as com.example.app.';
}

function isReverseDomain(scheme: string): boolean {
  const labels = scheme.split('.');
  return labels.length > 1 && labels.every((label) => /^[a-z0-9+-]+$/.test(label));
}
