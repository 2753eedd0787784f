import { type OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_MEDIA_TYPE, Problem, problemDocument } from '../../problem.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type ResponseObject = Extract<Operation['responses'][string], { description: string }>;

/** Where an operation keeps its codes until the document is finished. */
export const PROBLEM_CODES = 'x-problem-codes';

const schema = { $ref: '#/components/schemas/Problem' };
const SAMPLE_REQUEST_ID = 'req_kUEbDX5DsZ1KlCOkSHZemg';

/** What the kit itself answers with. */
const common: Readonly<Record<string, string>> = {
  invalid_request: 'The request is not valid; `errors` says where, as far as that is known.',
  not_found: 'There is nothing at this path.',
  payload_too_large: 'The request body is larger than the service takes.',
  unsupported_media_type: 'The media type or the encoding of the body is not supported.',
  request_timeout: 'The request took too long to arrive.',
  timeout: 'The answer took too long to make.',
  unavailable: 'The service cannot answer right now.',
  internal_error: 'Something went wrong on our side.',
};

/**
 * Puts the problems of an operation into its responses: those it names, by status, and
 * `default` for the rest.
 *
 * @param meanings a sentence for each code of the service
 * @throws {Error} for a code without a sentence
 */
export function describeProblemsOf(
  operation: Operation,
  meanings: Readonly<Record<string, string>>,
): void {
  const { responses } = operation;
  const extended = operation as Operation & {
    [PROBLEM_CODES]?: Readonly<Record<string, readonly string[]>>;
  };
  for (const [status, codes] of Object.entries(extended[PROBLEM_CODES] ?? {})) {
    responses[status] = responseFor(Number(status), codes, { ...common, ...meanings });
  }
  delete extended['x-problem-codes'];
  for (const [status, response] of Object.entries(responses)) {
    if (/^[45]/.test(status)) {
      (response as ResponseObject).content ??= { [PROBLEM_MEDIA_TYPE]: { schema } };
    }
  }
  const internal = { internal_error: common['internal_error'] ?? '' };
  responses['default'] ??= {
    ...responseFor(500, ['internal_error'], internal),
    description: 'The request failed in another way.',
  };
}

function responseFor(
  status: number,
  codes: readonly string[],
  meanings: Readonly<Record<string, string>>,
): ResponseObject {
  const explained = codes.map((code) => {
    const meaning = meanings[code];
    if (meaning === undefined) throw new Error(`api.problems does not say what ${code} means.`);
    return { code, meaning };
  });
  const examples = explained.map(({ code, meaning: detail }) => {
    const problem = new Problem({ status, code, detail });
    return [code, { value: problemDocument(problem, SAMPLE_REQUEST_ID) }] as const;
  });
  return {
    description: explained.map(({ code, meaning }) => `\`${code}\`: ${meaning}`).join('\n\n'),
    content: { [PROBLEM_MEDIA_TYPE]: { schema, examples: Object.fromEntries(examples) } },
  };
}
