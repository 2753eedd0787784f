import { sha256Digest } from '@nomo/security-core';

import { type OAuthRequest } from '../http/request.js';
import { type OAuthResponse } from '../http/response.js';
import { type JsonObject } from '../model/json.js';

/**
 * A public document that may be kept for a while, with an entity tag, so that asking again costs
 * next to nothing (RFC 9110 §8.8.3 and §13.1.2).
 */
export function cacheable(
  request: OAuthRequest,
  body: JsonObject,
  maxAgeSeconds: number,
): OAuthResponse {
  const digest = Buffer.from(sha256Digest(JSON.stringify(body))).toString('base64url');
  const etag = `"${digest}"`;
  const headers = { 'cache-control': `public, max-age=${maxAgeSeconds}`, etag };
  const known = (request.headers['if-none-match'] ?? [])
    .flatMap((value) => value.split(','))
    .map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*')
    ? { status: 304, headers }
    : { status: 200, headers: { 'content-type': 'application/json', ...headers }, body };
}
