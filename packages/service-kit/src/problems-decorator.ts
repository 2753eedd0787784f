import { ApiExtension } from '@nestjs/swagger';
import { PROBLEM_CODES } from './lib/openapi/problem-responses.js';

/**
 * Documents the problems that an operation answers with: the codes, by HTTP status. What a
 * code means is said once, in `api.problems` of the service's definition. Once per method.
 *
 * @example
 * \@Problems({ 401: ['invalid_api_key'], 429: ['rate_limited', 'quota_exceeded'] })
 */
export function Problems(
  codes: Readonly<Record<number, readonly string[]>>,
): MethodDecorator & ClassDecorator {
  return ApiExtension(PROBLEM_CODES, codes);
}
