import { type OpenAPIObject } from '@nestjs/swagger';

const COMPONENT = '#/components/schemas/';

/**
 * Takes out of what the service answers and sends that there is nothing else in it: fields may
 * be added, and a client made from the document would refuse them. What the service takes keeps
 * it, as there it is true.
 */
export function openAnswers({ paths, webhooks = {}, components = {} }: OpenAPIObject): void {
  const { schemas = {} } = components;
  const taken = new Set<string>();
  for (const path of Object.values(paths)) {
    for (const operation of operationsOf(path)) {
      noteReferences([operation.requestBody, operation.parameters], schemas, taken);
      open(operation.responses);
    }
  }
  for (const path of Object.values(webhooks)) open(path);
  for (const [name, schema] of Object.entries(schemas)) if (!taken.has(name)) open(schema);
}

interface Described {
  readonly requestBody?: unknown;
  readonly parameters?: unknown;
  readonly responses: unknown;
}

function operationsOf(path: object): Described[] {
  return Object.values(path).filter(
    (value): value is Described =>
      typeof value === 'object' && value !== null && 'responses' in value,
  );
}

/** Adds the names of the schemas that stand in the node, and of those that stand in these. */
function noteReferences(
  node: unknown,
  schemas: Readonly<Record<string, unknown>>,
  names: Set<string>,
): void {
  if (typeof node !== 'object' || node === null) return;
  const { $ref } = node as { $ref?: unknown };
  if (typeof $ref === 'string' && $ref.startsWith(COMPONENT)) {
    const name = $ref.slice(COMPONENT.length);
    if (names.has(name)) return;
    names.add(name);
    noteReferences(schemas[name], schemas, names);
  }
  for (const child of Object.values(node)) noteReferences(child, schemas, names);
}

function open(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as { additionalProperties?: unknown };
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  for (const child of Object.values(node)) open(child);
}
