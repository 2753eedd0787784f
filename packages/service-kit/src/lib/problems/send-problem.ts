import { type IncomingMessage, type ServerResponse } from 'node:http';
import { PerRequest } from '../../per-request.js';
import { PROBLEM_MEDIA_TYPE, type Problem, problemDocument } from '../../problem.js';
import { requestContext } from '../../request-context.js';

/** What a handler may have said about an answer that is not sent after all. */
const entityHeaders = [
  'content-disposition',
  'content-encoding',
  'content-length',
  'etag',
  'last-modified',
  'transfer-encoding',
];

const problems = new PerRequest<Problem>();

/** @returns the problem that this answer reports or was broken off for, if there is one */
export function problemOfAnswer(response: ServerResponse): Problem | undefined {
  return problems.get(response);
}

/** Keeps, for the log, what an answer was broken off for. */
export function noteProblem(response: ServerResponse, problem: Problem): void {
  problems.set(response, problem);
}

/** Answers with a problem. The head of the answer must not have been sent. */
export function sendProblem(
  request: IncomingMessage,
  response: ServerResponse,
  problem: Problem,
): void {
  const document = problemDocument(problem, requestContext(request).id);
  const body = Buffer.from(JSON.stringify(document));
  for (const name of entityHeaders) response.removeHeader(name);
  noteProblem(response, problem);
  response.statusCode = problem.status;
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-type', PROBLEM_MEDIA_TYPE);
  response.setHeader('content-length', body.length);
  for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value);
  response.end(body);
}
