import type { z } from 'zod';
import { explainVariable, isRequired } from './lib/environment-variable.js';

/** The environment, as `process.env` has it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One thing that is wrong with the environment. Never holds a value: it may be a secret. */
export interface ConfigIssue {
  readonly variable: string;
  readonly message: string;
}

/** The environment does not describe a service that could start. */
export class ConfigError extends Error {
  readonly code = 'config_invalid';

  constructor(readonly issues: readonly ConfigIssue[]) {
    const lines = issues.map(({ variable, message }) => `  ${variable}: ${message}`);
    super(`the environment is wrong:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
  }
}

/**
 * Reads the variables that `schema` names. An empty string counts as unset, because that is
 * what compose files and shells make of a variable without a value.
 *
 * @throws {ConfigError} naming everything that is wrong at once
 */
export function loadConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: Environment = process.env,
): z.output<Schema> {
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = environment[name];
    if (value !== undefined && value !== '') given[name] = value;
  }
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => {
      const variable = String(issue.path[0] ?? '(environment)');
      return { variable, message: messageFor(schema, variable, issue.message, given) };
    }),
  );
}

function messageFor(
  schema: z.ZodObject,
  variable: string,
  message: string,
  given: Record<string, string>,
): string {
  const field = schema.shape[variable] as z.ZodType | undefined;
  const meaning = field?.description === undefined ? '' : ` ${field.description}`;
  if (field !== undefined && given[variable] === undefined && isRequired(field)) {
    return `is not set.${meaning}`;
  }
  return `${message}.${meaning}`;
}

/**
 * @returns a Markdown table of every variable that `schema` reads: its name, its default and
 *   what it means. Reads well in a terminal, too.
 */
export function environmentTable(schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape)
    .map(([name, field]) => explainVariable(name, field as z.ZodType))
    .map(({ name, preset, meaning }) => [name, preset, meaning] as const);
  const header = ['Variable', 'Default', 'Meaning'] as const;
  const width = (column: 0 | 1): number =>
    Math.max(...[header, ...rows].map((row) => row[column].length));
  const widths = [width(0), width(1)] as const;
  const line = (row: readonly [string, string, string]): string =>
    `| ${row[0].padEnd(widths[0])} | ${row[1].padEnd(widths[1])} | ${row[2]} |`;
  const rule = line(['-'.repeat(widths[0]), '-'.repeat(widths[1]), '-'.repeat(7)]);
  return [line(header), rule, ...rows.map(line)].join('\n');
}
