import { type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { PROBLEM_MEDIA_TYPE, ProblemDocument } from '../../problem.js';

type Components = NonNullable<OpenAPIObject['components']>;
type SecurityScheme = Extract<
  NonNullable<Components['securitySchemes']>[string],
  { type: string }
>;
type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type ResponseObject = Extract<Operation['responses'][string], { description: string }>;

export interface ApiDescription {
  /** How callers prove who they are, by name; every operation wants all of them. */
  readonly security?: Readonly<Record<string, SecurityScheme>>;
  /** Groups of operations and what they are about. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface DocumentOptions {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly api: ApiDescription;
  readonly publicUrl: string | undefined;
}

const problemContent = {
  [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } },
};
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
  if (publicUrl !== undefined) builder.addServer(publicUrl);
  for (const [name, text] of Object.entries(api.tags ?? {})) builder.addTag(name, text);
  for (const [name, scheme] of Object.entries(api.security ?? {})) {
    builder.addSecurity(name, scheme);
    builder.addSecurityRequirements(name);
  }
  const document = SwaggerModule.createDocument(app, builder.build());
  describeProblems(document);
  return document;
}

function describeProblems(document: OpenAPIObject): void {
  const schema = z.toJSONSchema(ProblemDocument);
  // What a schema says when it stands alone; here it is a part of a document.
  delete schema.$schema;
  document.components ??= {};
  document.components.schemas = {
    ...document.components.schemas,
    Problem: schema as NonNullable<Components['schemas']>[string],
  };
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method];
      if (operation !== undefined) describeProblemsOf(operation);
    }
  }
}

function describeProblemsOf({ responses }: Operation): void {
  for (const [status, response] of Object.entries(responses)) {
    if (/^[45]/.test(status)) (response as ResponseObject).content ??= problemContent;
  }
  responses['default'] ??= { description: 'The request failed.', content: problemContent };
}
