import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type OAuthRequest } from '../http/request.js';
import { singleHeader } from '../http/single-header.js';

/** An access token as it came with a request. */
export interface PresentedToken {
  readonly scheme: 'Bearer' | 'DPoP';
  readonly token: string;
}

/** Scheme, spaces, and the syntax of RFC 6750 §2.1 (b64token). */
const credentials = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * RFC 6750 §2 and RFC 9449 §7.1: the access token of a request, by the header, or for a bearer
 * token by a form where the resource takes one (§2.2); never by both, and never by the URI.
 *
 * @param form - The parameters of the body, where the resource reads a form.
 * @returns Undefined if there is no token; another scheme is none of ours.
 * @throws {OAuthError} `invalid_request`: malformed, or two tokens.
 */
export function presentedToken(
  request: OAuthRequest,
  form?: Parameters,
): PresentedToken | undefined {
  const header = singleHeader(request, 'authorization');
  const inForm = form?.get('access_token');
  if (header === undefined) {
    return inForm === undefined ? undefined : { scheme: 'Bearer', token: inForm };
  }
  if (inForm !== undefined) {
    throw new OAuthError('invalid_request', 'The access token was sent in two ways');
  }
  if (!/^(bearer|dpop)( |$)/i.test(header)) return undefined;
  const match = credentials.exec(header);
  if (match === null) {
    throw new OAuthError('invalid_request', 'The Authorization header is malformed');
  }
  const [, scheme = '', value = ''] = match;
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer', token: value };
}
