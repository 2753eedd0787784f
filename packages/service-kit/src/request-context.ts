import { AsyncLocalStorage } from 'node:async_hooks';
import { type IncomingMessage } from 'node:http';
import { PerRequest } from './per-request.js';

/** What is known of a request from its first byte on. */
export interface RequestContext {
  /** `req_` and 128 random bits, or what a trusted proxy in front of us named it. */
  readonly id: string;
  /** The client's address, as seen by the outermost proxy that we trust. */
  readonly clientAddress: string;
  /** Aborted when the client goes away or the request's time is over: stop working then. */
  readonly signal: AbortSignal;
}

const contexts = new PerRequest<RequestContext>();
const current = new AsyncLocalStorage<RequestContext>();

/**
 * @returns the context of a request of a service of this kit
 * @throws {Error} for a request that did not come through the kit
 */
export function requestContext(request: IncomingMessage): RequestContext {
  const context = contexts.get(request);
  if (context === undefined)
    throw new Error('The request did not come through the service kit.');
  return context;
}

/** @returns the context of the request that the running code serves, if it serves one */
export function currentRequest(): RequestContext | undefined {
  return current.getStore();
}

/** Binds a context to a request and to everything that `serve` starts. */
export function runInContext(
  request: IncomingMessage,
  context: RequestContext,
  serve: () => void,
): void {
  contexts.set(request, context);
  current.run(context, serve);
}
