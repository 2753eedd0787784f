import { type OAuthResponse } from '@nomo/oauth-engine';
import { type ServerResponse } from 'node:http';

/** Sends what the engine answers, as it answers it. */
export function sendOAuthResponse(
  response: ServerResponse,
  { status, headers, body }: OAuthResponse,
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  // A text goes out in one piece with the head, bytes would go beside it.
  const text = body === undefined ? '' : JSON.stringify(body);
  response.statusCode = status;
  // A 304 says nothing of a body that it does not have (RFC 9110, section 15.4.5).
  if (status !== 304) response.setHeader('content-length', Buffer.byteLength(text));
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
