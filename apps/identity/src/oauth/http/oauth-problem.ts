import { Problem } from '@nomo/service-kit';

/** Too many failures, and a service that cannot answer: what passes by itself. */
const PASSES = new Set([429, 503]);

/**
 * What clients of OAuth read of a problem that has nothing to do with their request: `error` and
 * `error_description` (RFC 6749, section 5.2) stand in it beside the members of RFC 9457. The code is
 * the one that section 4.1.2.1 has for a server that cannot answer at the moment.
 *
 * @returns what the work returns
 * @throws whatever the work throws, said so where it is a problem that passes
 */
export async function withOAuthError<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Problem && PASSES.has(error.status) ? oauthProblem(error) : error;
  }
}

function oauthProblem(problem: Problem): Problem {
  const { status, code, message, extensions, headers, cause, expected } = problem;
  return new Problem({
    status,
    code,
    detail: message,
    extensions: {
      ...extensions,
      error: 'temporarily_unavailable',
      error_description: message,
    },
    headers,
    cause,
    expected,
  });
}
