import { requestContext } from '@nomo/service-kit';
import { type OAuthRequest } from '@nomo/oauth-engine';
import { type IncomingMessage } from 'node:http';

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
export async function readOAuthRequest(request: IncomingMessage): Promise<OAuthRequest> {
  const { method = '', url = '', headersDistinct } = request;
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (method !== 'POST') return { method, query, headers: headersDistinct };
  return { method, query, headers: headersDistinct, body: await readBody(request) };
}

/**
 * By events: every form comes by here, and an asynchronous iterator makes promises for each chunk.
 *
 * @throws {RequestAborted}
 */
function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const { signal } = requestContext(request);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size >= MOST_BYTES) finish();
    };
    const finish = (): void => {
      stop();
      // What follows is passed over, so that the client can finish and read why it was refused.
      if (size >= MOST_BYTES) request.resume();
      resolve(Buffer.concat(chunks, Math.min(size, MOST_BYTES)));
    };
    const abort = (): void => {
      stop();
      reject(new RequestAborted());
    };
    const stop = (): void => {
      request.off('data', take).off('end', finish).off('error', abort);
      signal.removeEventListener('abort', abort);
    };
    if (signal.aborted) {
      abort();
      return;
    }
    request.on('data', take).on('end', finish).on('error', abort);
    signal.addEventListener('abort', abort);
  });
}
