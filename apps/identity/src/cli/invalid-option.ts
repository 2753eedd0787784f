import { type InvalidField, invalidInput, Problem, ProblemDocument } from '@nomo/service-kit';
import { type z } from 'zod';
import { CommandFailure } from './command-failure.js';

/** By what each field of a service's input is given at the command line. */
export type OptionsOfFields = Readonly<Record<string, string>>;

/**
 * What was given, as the service takes it.
 *
 * @throws {CommandFailure} in the words of the service, naming the first option that is wrong
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  given: z.input<Schema>,
  options: OptionsOfFields,
): z.output<Schema> {
  const { data, error } = schema.safeParse(given);
  if (error === undefined) return data;
  return asInvalidOption(invalidInput(error.issues, given), options);
}

/**
 * Throws what a service refused, in the words of the command line.
 *
 * @throws {CommandFailure} where it refused a field, naming the option; otherwise the error itself
 */
export function asInvalidOption(error: unknown, options: OptionsOfFields): never {
  if (error instanceof Problem) {
    const [field] = ProblemDocument.shape.errors.parse(error.extensions['errors']) ?? [];
    if (field !== undefined) throw failureOf(field, options);
  }
  throw error;
}

function failureOf({ path, message }: InvalidField, options: OptionsOfFields): CommandFailure {
  const [field = ''] = path.split('.');
  return new CommandFailure(`${options[field] ?? field}: ${message}`);
}
