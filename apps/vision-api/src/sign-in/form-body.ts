import { Problem } from '@nomo/service-kit';
import express, { type Request, type Response } from 'express';

/** Several times what a signed token weighs. */
const LIMIT_BYTES = 16_384;

const parse = express.urlencoded({
  extended: false,
  limit: LIMIT_BYTES,
  parameterLimit: 20,
  type: 'application/x-www-form-urlencoded',
});

/**
 * Reads the fields of a form that a route without a parser was sent. What is no form has none, and
 * neither has a field that was sent twice.
 *
 * @throws {Problem} `invalid_request` where the form cannot be read
 */
export async function readForm(
  request: Request,
  response: Response,
): Promise<ReadonlyMap<string, string>> {
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => {
      // The parser's own message quotes the body.
      if (error === undefined) resolve();
      else reject(Problem.invalidRequest('The form could not be read.'));
    });
  });
  const fields: unknown = request.body ?? {};
  return new Map(
    Object.entries(fields as Record<string, unknown>).filter(
      (field): field is [string, string] => typeof field[1] === 'string',
    ),
  );
}
