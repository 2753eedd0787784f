import { OAuthError } from '../errors.js';
import { type Parameters } from '../http/parameters.js';
import { type Application } from '../model/application.js';

/**
 * RFC 9700 §4.1.3: `redirect_uri` is there, and is one of those that were registered, character
 * by character. For native applications the port of a loopback address is left open
 * (RFC 8252 §7.3). Whoever breaks it is not redirected to.
 *
 * @throws {OAuthError} `invalid_request`.
 */
export function redirectUri(application: Application, parameters: Parameters): string {
  const uri = parameters.require('redirect_uri');
  if (!isRegistered(application, uri)) {
    throw new OAuthError('invalid_request', 'The redirect URI is not registered');
  }
  return uri;
}

/** Whether the application may be answered at this address. */
export function isRegistered({ type, redirectUris }: Application, uri: string): boolean {
  if (redirectUris.includes(uri)) return true;
  if (type !== 'native') return false;
  const anyPort = withoutLoopbackPort(uri);
  return (
    anyPort !== undefined && redirectUris.some((one) => withoutLoopbackPort(one) === anyPort)
  );
}

/** As IP literals: `localhost` may resolve to something else (RFC 8252 §8.3). */
const loopbacks = ['http://127.0.0.1', 'http://[::1]'];
const port = /^:(\d{1,5})$/;
const highestPort = 65_535;

/** The URI of a loopback address without its port. Cut as text, so that nothing is normalised. */
function withoutLoopbackPort(uri: string): string | undefined {
  const origin = loopbacks.find((one) => uri.startsWith(one));
  if (origin === undefined) return undefined;
  const rest = uri.slice(origin.length);
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const path = slash < 0 ? '' : rest.slice(slash);
  if (authority === '') return `${origin}${path}`;
  const number = port.exec(authority)?.[1];
  return number === undefined || Number(number) > highestPort ? undefined : `${origin}${path}`;
}
