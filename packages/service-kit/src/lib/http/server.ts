import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type Logger } from 'pino';
import { answerBrokenRequest } from './broken-request.js';
import { continueOnRead } from './continue.js';
import { type TlsMaterial } from './tls.js';

export interface ServerOptions {
  readonly requestTimeoutMs: number;
  readonly tls: TlsMaterial | undefined;
  readonly logger: Logger;
}

/** Who has not sent a head by then is not going to: it fits in one packet. */
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node looks for connections that are over their time. */
const CHECK_INTERVAL_MS = 1_000;
/** Longer than the 60 s of common load balancers, which must be the ones to hang up. */
const KEEP_ALIVE_MS = 65_000;
/** Twice what a large head of ours takes, cookies included. */
const MOST_HEADER_BYTES = 16_384;
/** The request's own deadline comes first, with a better answer; this is for what it misses. */
const BACKSTOP_MS = 5_000;

/** @returns a server that has limits for everything a client can do slowly or without end */
export function createServer(
  listener: RequestListener,
  { requestTimeoutMs, tls, logger }: ServerOptions,
): Server {
  const limits = {
    headersTimeout: Math.min(HEADERS_TIMEOUT_MS, requestTimeoutMs),
    requestTimeout: requestTimeoutMs + BACKSTOP_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, requestTimeoutMs),
    maxHeaderSize: MOST_HEADER_BYTES,
    requireHostHeader: false, // refused later, with an answer that says why
  };
  const server =
    tls === undefined
      ? createHttpServer(limits, listener)
      : createTlsServer({ ...limits, ...tls, minVersion: 'TLSv1.2' }, listener);
  server.on('checkExpectation', listener);
  server.on('checkContinue', continueOnRead(listener));
  server.on('clientError', answerBrokenRequest(logger));
  return server;
}
