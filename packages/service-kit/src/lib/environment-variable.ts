import { z } from 'zod';

/** @returns whether a configuration without this variable is refused */
export function isRequired(field: z.ZodType): boolean {
  return !field.safeParse(undefined).success;
}

export interface ExplainedVariable {
  readonly name: string;
  /** The value that is taken when the variable is not set, or why there is none. */
  readonly preset: string;
  readonly meaning: string;
}

export function explainVariable(name: string, field: z.ZodType): ExplainedVariable {
  return { name, preset: preset(field), meaning: field.description ?? '' };
}

function preset(field: z.ZodType): string {
  const schema = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
  if (schema.default !== undefined) return JSON.stringify(schema.default).replaceAll('"', '');
  return isRequired(field) ? '(required)' : '(none)';
}
