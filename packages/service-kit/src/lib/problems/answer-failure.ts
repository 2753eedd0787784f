import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Logger } from 'pino';
import { requestContext } from '../../request-context.js';
import { noteProblem, sendProblem } from './send-problem.js';
import { toProblem } from './to-problem.js';

/**
 * Turns whatever was thrown into an answer, and what the client must not know into a log line.
 *
 * @param sendPage sends the answer instead, to somebody who wants to look at it
 */
export function answerFailure(
  logger: Logger,
  request: IncomingMessage,
  response: ServerResponse,
  failure: unknown,
  sendPage?: () => void,
): void {
  const { id: requestId, signal } = requestContext(request);
  // The client has left or was told that its time is over; what fails now fails because of that.
  if (signal.aborted) return;

  const problem = toProblem(failure);
  if (!problem.expected && problem.cause !== undefined) {
    logger.error({ requestId, problem: problem.code, err: problem.cause }, 'request failed');
  }
  if (response.headersSent) {
    noteProblem(response, problem);
    // Half an answer must not look like a whole one.
    response.destroy();
    return;
  }
  if (sendPage === undefined) {
    sendProblem(request, response, problem);
    return;
  }
  noteProblem(response, problem);
  sendPage();
}
