import { requestContext } from '@nomo/service-kit';
import { type OAuthRequest } from '@nomo/oauth-engine';
import { type Request } from 'express';

/** The endpoints that read their body themselves. */
export const OAUTH_FORMS =
  /^\/[^/]+\/(?:authorize|par|token|userinfo|introspect|revoke|device_authorization|logout)$/;

/** One more than the engine takes: it says what it thinks of a body that is larger. */
const MOST_BYTES = 65_536 + 1;

/** The client went away before its request was here: there is nobody to answer. */
export class RequestAborted extends Error {
  readonly code = 'request_aborted';
}

/** A request as it came: nothing decoded, nothing merged, nothing believed. */
export async function readOAuthRequest(request: Request): Promise<OAuthRequest> {
  const { method, originalUrl, headersDistinct } = request;
  const mark = originalUrl.indexOf('?');
  const query = mark < 0 ? '' : originalUrl.slice(mark + 1);
  if (method !== 'POST') return { method, query, headers: headersDistinct };
  return { method, query, headers: headersDistinct, body: await readBody(request) };
}

/** @throws {RequestAborted} */
async function readBody(request: Request): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  const { signal } = requestContext(request);
  const gone = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new RequestAborted());
    });
  });
  const read = async (): Promise<void> => {
    // Leaving the loop early may not destroy the request: its socket carries the answer.
    const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
    for await (const chunk of body) {
      size += chunk.length;
      chunks.push(chunk);
      if (size >= MOST_BYTES) break;
    }
  };
  await Promise.race([read(), gone]);
  // What follows is passed over, so that the client can finish and read why it was refused.
  if (size >= MOST_BYTES) request.resume();
  return Buffer.concat(chunks, size).subarray(0, MOST_BYTES);
}
