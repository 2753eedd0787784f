import { type OAuthRequest } from '../../src/index.js';

/** A POST of a form, as browsers and clients send it. */
export function postOf(
  parameters: Readonly<Record<string, string>> | readonly (readonly [string, string])[],
  headers: Readonly<Record<string, string>> = {},
): OAuthRequest {
  const entries = Array.isArray(parameters) ? parameters : Object.entries(parameters);
  const all = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
  return {
    method: 'POST',
    query: '',
    headers: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    body: Buffer.from(new URLSearchParams(entries as [string, string][]).toString()),
  };
}

/** A GET with a query. */
export function getOf(
  parameters: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): OAuthRequest {
  return {
    method: 'GET',
    query: new URLSearchParams(parameters).toString(),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
  };
}
