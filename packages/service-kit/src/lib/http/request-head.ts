import { type RequestHandler } from 'express';
import { Problem } from '../../problem.js';

/**
 * What Node's server would refuse by itself, with an empty answer, is refused here, with one
 * of ours: a request without `Host`, or with two (RFC 9112, section 3.2) and an expectation that nobody can
 * meet (RFC 9110, section 10.1.1).
 */
export const checkRequestHead: RequestHandler = (request, _response, next) => {
  const { expect } = request.headers;
  const hosts = request.headersDistinct['host'] ?? [];
  if (hosts.length > 1) {
    next(Problem.invalidRequest('The request has more than one Host field.'));
  } else if (hosts.length === 0 && request.httpVersion === '1.1') {
    next(Problem.invalidRequest('The request has no Host field.'));
  } else if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    next(
      new Problem({ status: 417, detail: 'The only expectation met here is 100-continue.' }),
    );
  } else {
    next();
  }
};
