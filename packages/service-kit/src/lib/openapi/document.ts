import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { ProblemDocument } from '../../problem.js';
import { openAnswers } from './open-answers.js';
import { describeProblemsOf } from './problem-responses.js';

type Components = NonNullable<OpenAPIObject['components']>;
type SecurityScheme = Extract<
  NonNullable<Components['securitySchemes']>[string],
  { type: string }
>;
type Schema = NonNullable<Components['schemas']>[string];
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

export interface ApiDescription {
  /** How callers prove who they are, by name: to every operation that says nothing else. */
  readonly security?: Readonly<Record<string, SecurityScheme>>;
  /** Further ways, for the operations that name one by `ApiSecurity`. */
  readonly otherSecurity?: Readonly<Record<string, SecurityScheme>>;
  /** Groups of operations and what they are about. */
  readonly tags?: Readonly<Record<string, string>>;
  /** What each problem code that `Problems` names means, in a sentence. */
  readonly problems?: Readonly<Record<string, string>>;
  /** What the service sends to others, by name. */
  readonly webhooks?: Readonly<Record<string, WebhookDescription>>;
}

/** A POST that the service sends. */
export interface WebhookDescription {
  readonly summary: string;
  readonly description: string;
  /** Its group, one of the tags. */
  readonly tag: string;
  /** What each header that comes with it says. */
  readonly headers: Readonly<Record<string, string>>;
  /** Its JSON. */
  readonly body: z.ZodType;
  /** What its receiver answers to it, by status. */
  readonly responses: Readonly<Record<string, string>>;
}

export interface DocumentOptions {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly api: ApiDescription;
  readonly publicUrl: string | undefined;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] as const;

/** @returns the OpenAPI 3.1 document of all routes, with the problem every one may answer */
export function openApiDocument(
  app: INestApplication,
  options: DocumentOptions,
): OpenAPIObject {
  const { title, version, description, api, publicUrl } = options;
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setVersion(version)
    .setDescription(description);
  builder.addServer(publicUrl ?? '/');
  for (const [name, text] of Object.entries(api.tags ?? {})) builder.addTag(name, text);
  for (const [name, scheme] of Object.entries(api.security ?? {})) {
    builder.addSecurity(name, scheme);
    builder.addSecurityRequirements(name);
  }
  for (const [name, scheme] of Object.entries(api.otherSecurity ?? {})) {
    builder.addSecurity(name, scheme);
  }
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
  });
  describeOperations(document, api.problems ?? {});
  describeWebhooks(document, api.webhooks ?? {});
  openAnswers(document);
  dropSafeIntegerBounds(document);
  return document;
}

function describeOperations(
  document: OpenAPIObject,
  meanings: Readonly<Record<string, string>>,
): void {
  document.components ??= {};
  document.components.schemas = {
    ...document.components.schemas,
    Problem: partOfDocument(ProblemDocument),
  };
  const seen = new Set<string>();
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation === undefined) continue;
      refuseDuplicate(operation, seen);
      describeSuccess(operation, document);
      describeProblemsOf(operation, meanings);
    }
  }
}

function describeWebhooks(
  document: OpenAPIObject,
  webhooks: NonNullable<ApiDescription['webhooks']>,
): void {
  if (Object.keys(webhooks).length === 0) return;
  document.webhooks = {};
  for (const [name, webhook] of Object.entries(webhooks)) {
    const { summary, description, tag, headers, body, responses } = webhook;
    const schema = partOfDocument(body);
    document.webhooks[name] = {
      post: {
        operationId: name,
        summary,
        description,
        tags: [tag],
        // Its receivers have no credentials of this service's callers.
        security: [],
        parameters: Object.entries(headers).map(([header, meaning]) => ({
          in: 'header',
          name: header,
          description: meaning,
          required: true,
          schema: { type: 'string' },
        })),
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses: Object.fromEntries(
          Object.entries(responses).map(([status, meaning]) => [
            status,
            { description: meaning },
          ]),
        ),
      },
    };
  }
}

function partOfDocument(type: z.ZodType): Schema {
  const schema = z.toJSONSchema(type);
  // What a schema says when it stands alone.
  delete schema.$schema;
  return schema as Schema;
}

/** What an answer is, for those that nobody has described. */
function describeSuccess({ responses }: Operation, { components }: OpenAPIObject): void {
  for (const response of Object.values(responses)) {
    if (response === undefined || !('description' in response)) continue;
    if (response.description !== '') continue;
    const schema = Object.values(response.content ?? {})[0]?.schema ?? {};
    const name = '$ref' in schema ? schema.$ref.split('/').at(-1) : undefined;
    const shape = name === undefined ? schema : components?.schemas?.[name];
    const { description } = (shape ?? {}) as { description?: string };
    response.description = description ?? 'Success.';
  }
}

/** zod bounds every integer by what a double holds exactly: no limit that clients care about. */
function dropSafeIntegerBounds(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as { minimum?: unknown; maximum?: unknown };
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  for (const child of Object.values(node)) dropSafeIntegerBounds(child);
}

function refuseDuplicate(operation: Operation, seen: Set<string>): void {
  const { operationId } = operation;
  if (operationId === undefined) return;
  if (seen.has(operationId)) throw new Error(`Two operations are named ${operationId}.`);
  seen.add(operationId);
}
