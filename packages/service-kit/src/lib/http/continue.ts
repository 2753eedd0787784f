import { type RequestListener } from 'node:http';

/**
 * Serves a request that expects `100-continue` (RFC 9110, section 10.1.1): the client is asked
 * for the body when somebody begins to read it. Who is refused before that need not send it;
 * Node closes the connection then, as nobody can tell what comes next on it.
 *
 * @returns a listener for the server's `checkContinue`
 */
export function continueOnRead(listener: RequestListener): RequestListener {
  return (request, response) => {
    const read = request.read.bind(request);
    request.read = (size) => {
      request.read = read;
      // After an answer, Node reads what is left of the request to throw it away.
      if (!response.headersSent) response.writeContinue();
      return read(size) as unknown;
    };
    listener(request, response);
  };
}
