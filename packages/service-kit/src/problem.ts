import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { codeOf } from './lib/problems/codes.js';

/** One thing that is wrong with a request's input. */
export interface InvalidField {
  /** Where: property names and indices, joined by dots. Empty for the input as a whole. */
  readonly path: string;
  readonly message: string;
}

export interface ProblemOptions {
  readonly status: number;
  /** Stable and snake_case: what clients switch on. By default the status has one. */
  readonly code?: string;
  /** What the client may read. Never a secret, an internal name or the client's own input. */
  readonly detail: string;
  /** Further members of the answer. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** What only the log may read. */
  readonly cause?: unknown;
  /**
   * Whether this happens to a service that works. Of an expected problem the log has the
   * message of its cause, of another one the whole cause with its stack, as an error. By
   * default every status below 500 is expected, and 503.
   */
  readonly expected?: boolean;
}

/**
 * A failure that a client is told about, as RFC 9457 describes.
 *
 * @example
 * throw new Problem({ status: 403, code: 'insufficient_scope', detail: 'The key lacks a scope.' });
 */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly expected: boolean;

  constructor({
    status,
    code,
    detail,
    extensions = {},
    headers = {},
    cause,
    expected = status < 500 || status === 503,
  }: ProblemOptions) {
    super(detail, cause === undefined ? undefined : { cause });
    this.name = 'Problem';
    this.status = status;
    this.code = code ?? codeOf(status);
    this.extensions = extensions;
    this.headers = headers;
    this.expected = expected;
  }

  /** The input has the wrong shape: 400 `invalid_request`, with `errors` when there are any. */
  static invalidRequest(detail: string, errors?: readonly InvalidField[]): Problem {
    const extensions = errors === undefined ? {} : { errors };
    return new Problem({ status: 400, code: 'invalid_request', detail, extensions });
  }
}

/** The media type of {@link ProblemDocument}. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The body of every answer that reports a failure (RFC 9457, section 3). */
export const ProblemDocument = z.looseObject({
  type: z.string().describe('`urn:nomo:problem:` followed by the code.'),
  title: z.string().describe('The HTTP status in words.'),
  status: z.int().min(400).max(599),
  detail: z.string().describe('What is wrong, for a person to read. The wording may change.'),
  code: z
    .string()
    .regex(/^[a-z0-9_]+$/)
    .describe('What is wrong, for a program to switch on. Stable.'),
  requestId: z.string().describe('Names this request in our log.'),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('With `invalid_request`: each thing that is wrong with the input.'),
});
export type ProblemDocument = z.infer<typeof ProblemDocument>;

/** @returns what the client is sent for this problem */
export function problemDocument(problem: Problem, requestId: string): ProblemDocument {
  const { status, code } = problem;
  const members = {
    type: `urn:nomo:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: problem.message,
    code,
    requestId,
  };
  // In this order for the reader's sake; an extension cannot take the place of a member.
  return { ...members, ...problem.extensions, ...members };
}
