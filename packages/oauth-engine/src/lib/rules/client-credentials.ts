import { OAuthError } from '../errors.js';
import { decodeFormText } from '../http/form-encoding.js';
import { type Parameters } from '../http/parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { singleHeader } from '../http/single-header.js';

/** How a request says which application it comes from, believed in nothing. */
export type ClientCredentials =
  | { readonly method: 'none'; readonly clientId: string }
  | {
      readonly method: 'client_secret_basic' | 'client_secret_post';
      readonly clientId: string;
      readonly secret: string;
    }
  | {
      readonly method: 'private_key_jwt';
      /** The parameter; optional beside an assertion (RFC 7521 §4.2). */
      readonly clientId: string | undefined;
      readonly assertion: string;
    };

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** RFC 7617 §2: the scheme in any case, one space, base64. */
const basicScheme = /^basic ([A-Za-z0-9+/]+={0,2})$/i;

/**
 * RFC 6749 §2.3: an application authenticates itself in one way. Credentials in the header and in
 * the body of one request, or a secret beside an assertion, are refused before either is looked
 * at: two readers of such a request might see two applications.
 *
 * @throws {OAuthError} `invalid_request`: several ways at once, or malformed.
 *   `invalid_client`: none at all (§5.2).
 */
export function clientCredentials({
  request,
  parameters,
}: {
  readonly request: OAuthRequest;
  readonly parameters: Parameters;
}): ClientCredentials {
  const header = singleHeader(request, 'authorization');
  const secret = parameters.get('client_secret');
  const assertion = parameters.get('client_assertion');
  const type = parameters.get('client_assertion_type');
  const clientId = parameters.get('client_id');

  const ways = [header, secret, assertion ?? type].filter((way) => way !== undefined);
  if (ways.length > 1) {
    throw new OAuthError(
      'invalid_request',
      'The application has to authenticate itself in one way alone',
    );
  }
  if (header !== undefined) return basicCredentials(header, clientId);
  if (assertion !== undefined || type !== undefined) {
    if (assertion === undefined || type !== assertionType) {
      throw new OAuthError('invalid_request', 'The client assertion is not one of a JWT');
    }
    return { method: 'private_key_jwt', clientId, assertion };
  }
  if (clientId === undefined) {
    throw new OAuthError('invalid_client', 'The application did not authenticate itself');
  }
  return secret === undefined
    ? { method: 'none', clientId }
    : { method: 'client_secret_post', clientId, secret };
}

/** RFC 6749 §2.3.1: both halves are form-encoded before they become Basic credentials. */
function basicCredentials(header: string, parameter: string | undefined): ClientCredentials {
  const encoded = basicScheme.exec(header)?.[1];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  // Node ignores what base64 should not have: its own encoding has to be the same text.
  const canonical = bytes.toString('base64').replace(/=+$/, '');
  const pair = bytes.toString('latin1');
  const colon = pair.indexOf(':');
  if (encoded?.replace(/=+$/, '') !== canonical || colon < 1 || colon === pair.length - 1) {
    throw malformed();
  }
  if (!/^[\x20-\x7e]+$/.test(pair)) throw malformed();
  const clientId = decodeFormText(pair.slice(0, colon));
  const secret = decodeFormText(pair.slice(colon + 1));
  if (parameter !== undefined && parameter !== clientId) {
    throw new OAuthError('invalid_request', 'The header and the body name two applications');
  }
  return { method: 'client_secret_basic', clientId, secret };
}

function malformed(): OAuthError {
  return new OAuthError('invalid_request', 'The Basic credentials are malformed');
}
