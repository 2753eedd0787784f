import { type z } from 'zod';

/** What zod calls a format, and what a client is told it is. */
const FORMATS: Readonly<Record<string, string>> = {
  url: 'an address such as https://example.com',
  email: 'an e-mail address such as ada@example.com',
  uuid: 'a UUID',
  datetime: 'a time such as 2027-01-31T12:00:00Z',
  date: 'a date such as 2027-01-31',
};

/** How a schema asks for https and nothing else. */
const HTTPS_ALONE = /^https$/.source;

/** @returns what a client is told of a text of another form: which form it has to have */
export function formatWords({ format, pattern }: z.core.$ZodIssueInvalidStringFormat): string {
  if (format === 'regex') return `This has to match ${pattern ?? 'another pattern'}.`;
  if (format === 'url' && pattern === HTTPS_ALONE) return 'This has to be an https address.';
  const wanted = FORMATS[format];
  return wanted === undefined
    ? `This does not have the format ${format}.`
    : `This has to be ${wanted}.`;
}
