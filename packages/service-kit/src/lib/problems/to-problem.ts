import { HttpException } from '@nestjs/common';
import { Problem } from '../../problem.js';

const details = new Map([
  [400, 'The request is not valid.'],
  [401, 'The request lacks valid credentials.'],
  [403, 'The credentials do not allow this.'],
  [404, 'There is nothing here.'],
  [408, 'The request took too long to arrive.'],
  [413, 'The request body is too large.'],
  [415, 'The media type of the request body is not supported.'],
  [429, 'There were too many requests.'],
  [503, 'The service cannot answer right now.'],
]);

/**
 * @returns what the client is told about a failure. What the failure really was, when the
 *   client may not know it, is the problem's `cause`.
 */
export function toProblem(failure: unknown): Problem {
  if (failure instanceof Problem) return failure;
  if (failure instanceof HttpException) return fromHttpException(failure);
  const cause = failure ?? new Error(`${String(failure)} was thrown`);
  return new Problem({ status: 500, detail: 'Something went wrong on our side.', cause });
}

/**
 * The message of Nest's exceptions is meant for clients, except where it was taken over from
 * another error (a parser's quotes what it could not parse) or is about ourselves.
 */
function fromHttpException(exception: HttpException): Problem {
  const status = exception.getStatus();
  const preset = details.get(status) ?? 'The request could not be answered.';
  if (status >= 500) return new Problem({ status, detail: preset, cause: exception });
  const detail = exception.cause === undefined ? messageOf(exception) : preset;
  return new Problem({ status, detail });
}

function messageOf(exception: HttpException): string {
  const response = exception.getResponse();
  const message =
    typeof response === 'string' ? response : (response as { message?: unknown }).message;
  if (typeof message === 'string') return message;
  return Array.isArray(message) ? message.join('; ') : exception.message;
}
