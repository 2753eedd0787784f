import { describe, expect, it } from '@jest/globals';
import { Problem, problemDocument, ProblemDocument } from './problem.js';

describe('problemDocument', () => {
  it('has every member of RFC 9457 that we promise', () => {
    const problem = new Problem({ status: 404, detail: 'There is no such key.' });
    const document = problemDocument(problem, 'req_1');
    expect(document).toEqual({
      type: 'urn:nomo:problem:not_found',
      title: 'Not Found',
      status: 404,
      detail: 'There is no such key.',
      code: 'not_found',
      requestId: 'req_1',
    });
    expect(ProblemDocument.parse(document)).toEqual(document);
  });

  it('never lets an extension take the place of a member', () => {
    const extensions = { status: 200, type: 'x', requestId: 'x', code: 'x', limit: 5 };
    const problem = new Problem({ status: 429, detail: 'No more.', extensions });
    expect(problemDocument(problem, 'req_1')).toMatchObject({
      type: 'urn:nomo:problem:rate_limited',
      status: 429,
      code: 'rate_limited',
      requestId: 'req_1',
      limit: 5,
    });
  });

  it('keeps the cause to itself', () => {
    const problem = new Problem({ status: 500, detail: 'Sorry.', cause: new Error('hunter2') });
    expect(JSON.stringify(problemDocument(problem, 'req_1'))).not.toContain('hunter2');
  });

  it.each([
    [400, 'invalid_request'],
    [401, 'unauthenticated'],
    [405, 'method_not_allowed'],
    [415, 'unsupported_media_type'],
    [418, 'i_m_a_teapot'],
    [499, 'invalid_request'],
    [500, 'internal_error'],
    [599, 'internal_error'],
  ])('has a code for status %i: %s', (status, code) => {
    expect(new Problem({ status, detail: '' }).code).toBe(code);
  });
});
