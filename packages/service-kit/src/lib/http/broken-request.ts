import { STATUS_CODES } from 'node:http';
import { type Socket } from 'node:net';
import { type Duplex } from 'node:stream';
import { type Logger } from 'pino';
import { PROBLEM_MEDIA_TYPE, Problem, problemDocument } from '../../problem.js';
import { newRequestId } from './request-identity.js';

/** What Node's server keeps on a socket while it answers a request. */
interface ServedSocket extends Duplex {
  readonly _httpMessage?: { readonly headersSent: boolean } | null;
}

/**
 * Answers what never became a request: bytes that are no HTTP, a head too large or too slow.
 * Node would close the connection with no more than a status line.
 *
 * @returns a listener for the server's `clientError`
 */
export function answerBrokenRequest(
  logger: Logger,
): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  return (error, socket) => {
    const answering = (socket as ServedSocket)._httpMessage?.headersSent === true;
    if (!socket.writable || error.code === 'ECONNRESET' || answering) {
      socket.destroy();
      return;
    }
    const problem = problemOf(error.code);
    const requestId = newRequestId();
    const ip = (socket as Socket).remoteAddress;
    logger.info(
      { requestId, ip, status: problem.status, problem: problem.code, reason: error.code },
      'broken request',
    );
    socket.end(rawAnswer(problem, requestId), () => socket.destroy());
  };
}

function problemOf(code: string | undefined): Problem {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new Problem({ status: 431, detail: 'The header fields are too large.' });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new Problem({ status: 408, detail: 'The request took too long to arrive.' });
    default:
      return Problem.invalidRequest('This is not a valid HTTP request.');
  }
}

function rawAnswer(problem: Problem, requestId: string): string {
  const body = JSON.stringify(problemDocument(problem, requestId));
  const { status } = problem;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Cache-Control: no-store',
    `Content-Type: ${PROBLEM_MEDIA_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'X-Content-Type-Options: nosniff',
    `X-Request-Id: ${requestId}`,
    '',
    body,
  ].join('\r\n');
}
