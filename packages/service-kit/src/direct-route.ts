import { type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * A route that is answered before Express and Nest are asked, which together take several times
 * as long over a request as an answer from memory does: for the few that are asked most. Request
 * ids, limits of time, security headers, logs, metrics and problems are the same.
 *
 * Only plain paths are taken: one with an escape in its parameter goes to the controllers. So
 * there is a controller with the same route, and the OpenAPI document is made of that.
 */
export interface DirectRoute {
  readonly method: 'GET' | 'POST';
  /** One parameter, then literal text: `/:org/token`. */
  readonly route: `/:${string}/${string}`;
  /**
   * Answers by itself. What it throws becomes a problem.
   *
   * @param parameter the first segment of the path: letters, digits, `-` and `_`
   */
  readonly answer: (
    request: IncomingMessage,
    response: ServerResponse,
    parameter: string,
  ) => Promise<void>;
}
