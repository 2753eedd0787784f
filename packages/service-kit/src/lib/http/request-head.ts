import { type IncomingMessage } from 'node:http';
import { Problem } from '../../problem.js';

/**
 * What Node's server would refuse by itself, with an empty answer, is refused here, with one
 * of ours: a request without `Host`, or with two (RFC 9112, section 3.2) and an expectation that nobody can
 * meet (RFC 9110, section 10.1.1).
 *
 * @returns why the request is refused; undefined for one whose head is as it should be
 */
export function problemOfHead(request: IncomingMessage): Problem | undefined {
  const { host, expect } = request.headers;
  if (host === undefined || request.headersDistinct['host']?.length !== 1) {
    const hosts = request.headersDistinct['host']?.length ?? 0;
    if (hosts > 1) return Problem.invalidRequest('The request has more than one Host field.');
    if (request.httpVersion === '1.1') {
      return Problem.invalidRequest('The request has no Host field.');
    }
  }
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    return new Problem({
      status: 417,
      detail: 'The only expectation met here is 100-continue.',
    });
  }
  return undefined;
}
