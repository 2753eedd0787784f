import { Problem } from './schemas.js';

/** What a call came to that did not come to its answer. */
export interface FailureFacts {
  /**
   * The `code` of the service's problem, or one of this page's own: `offline`, `unreachable`
   * (no answer came), `unexpected_answer` (one came that is not of the contract).
   */
  readonly code: string;
  /** HTTP; absent where no answer came. */
  readonly status?: number;
  readonly title?: string;
  readonly detail?: string;
  readonly requestId?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly retryAfterSeconds?: number;
  readonly quota?: { readonly limit: number; readonly used: number; readonly resetAt: string };
}

/** A call to the service that failed, as a page shows it. */
export class ApiFailure extends Error {
  readonly facts: FailureFacts;

  constructor(facts: FailureFacts, options?: ErrorOptions) {
    super(facts.detail ?? facts.title ?? facts.code, options);
    this.name = 'ApiFailure';
    this.facts = facts;
  }

  get code(): string {
    return this.facts.code;
  }
}

/** The failure that an error is; `unexpected_answer` for one that came from nowhere known. */
export function failureOf(error: unknown): ApiFailure {
  return error instanceof ApiFailure
    ? error
    : new ApiFailure({ code: 'unexpected_answer' }, { cause: error });
}

/** Reads the failure from an answer that is none of success. */
export async function failureFrom(response: Response): Promise<ApiFailure> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  const parsed = Problem.safeParse(body);
  const problem = parsed.success ? parsed.data : {};
  const { code, title, detail, errors, limit, used, resetAt } = problem;
  const requestId = problem.requestId ?? response.headers.get('x-request-id') ?? undefined;
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new ApiFailure({
    // What stands before the service (a proxy) answers in its own words.
    code: code ?? (status >= 502 && status <= 504 ? 'unreachable' : 'unexpected_answer'),
    status,
    ...(title !== undefined && { title }),
    ...(detail !== undefined && { detail }),
    ...(requestId !== undefined && { requestId }),
    ...(errors !== undefined && { errors }),
    ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
    ...(limit !== undefined &&
      used !== undefined &&
      resetAt !== undefined && { quota: { limit, used, resetAt } }),
  });
}
