import { endpoints, type EndpointName } from '../endpoints.js';
import { OAuthError } from '../errors.js';
import { decodeForm } from './form-encoding.js';
import { Parameters } from './parameters.js';
import { type OAuthRequest } from './request.js';
import { singleHeader } from './single-header.js';

/** What the largest honest request (a PAR with signed statements) stays far below. */
const mostBytes = 65_536;

/**
 * The parameters of a request to an endpoint: of GET from the query, of POST from the body, never
 * from both.
 *
 * @throws {OAuthError} `invalid_request`: another method, content type or encoding, or too much.
 */
export function readParameters(endpoint: EndpointName, request: OAuthRequest): Parameters {
  requireMethod(endpoint, request);
  return request.method === 'GET'
    ? new Parameters(decodeForm(request.query))
    : new Parameters(decodeForm(formBody(request)));
}

/**
 * The endpoint's methods, and no other (RFC 9110 §15.5.6).
 *
 * @throws {OAuthError} `invalid_request` with status 405 and `Allow`.
 */
export function requireMethod(endpoint: EndpointName, { method }: OAuthRequest): void {
  const methods: readonly string[] = endpoints[endpoint].methods;
  if (!methods.includes(method)) {
    throw new OAuthError('invalid_request', 'The endpoint does not answer this method', {
      status: 405,
      headers: { allow: methods.join(', ') },
    });
  }
}

function formBody(request: OAuthRequest): string {
  // RFC 6749 §2.3.1 and §3.2: credentials and parameters do not belong into the URI, where logs
  // and histories keep them. To ignore them there would teach clients that it works.
  if (request.query !== '') {
    throw new OAuthError(
      'invalid_request',
      'The parameters belong in the body, not in the URI',
    );
  }
  const type = singleHeader(request, 'content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') {
    throw new OAuthError(
      'invalid_request',
      'The content type has to be application/x-www-form-urlencoded',
    );
  }
  const body = request.body ?? new Uint8Array();
  if (body.byteLength > mostBytes) {
    throw new OAuthError('invalid_request', 'The body is too large', { status: 413 });
  }
  // Latin-1 keeps every byte apart, and the decoder refuses those beyond ASCII.
  return Buffer.from(body).toString('latin1');
}
