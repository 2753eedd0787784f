import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery } from '@nestjs/swagger';
import { z } from 'zod';
import { Problems } from '@nomo/service-kit';
import { RequiresApiKey } from '../gate/gate.guard.js';
import { GATE_PROBLEMS } from '../gate/gate.problems.js';
import { type Scope } from '../keys/scopes.js';
import { RecordsUsage } from '../usage/usage.interceptor.js';
import { type InputShape } from './image-input/image-input.js';

export interface ImageOperation {
  /** The scope a key needs, and the name under which requests are counted. */
  readonly scope: Scope;
  readonly summary: string;
  readonly input: InputShape<string, z.ZodObject>;
  readonly answer: z.ZodObject;
}

const IMAGE = {
  type: 'string',
  description:
    'A JPEG, PNG or WebP of at most 5 MB, 80 to 10,000 pixels a side and 40 million pixels.',
} as const;

/** Everything that the routes which answer a question about an image have in common. */
export function AnswersImages(operation: ImageOperation): MethodDecorator {
  const { images, options } = operation.input;
  const optionSchemas = (z.toJSONSchema(options, { io: 'output' }).properties ?? {}) as Record<
    string,
    { description?: string }
  >;
  const form = (image: object): { schema: object } => ({
    schema: {
      type: 'object',
      required: images,
      additionalProperties: false,
      properties: {
        ...Object.fromEntries(images.map((name) => [name, image])),
        ...optionSchemas,
      },
    },
  });
  const isSingle = images.length === 1;
  const rawForms = ['image/jpeg', 'image/png', 'image/webp'].map(
    (type) => [type, { schema: { ...IMAGE, format: 'binary' } }] as const,
  );
  return applyDecorators(
    HttpCode(200),
    RequiresApiKey({ scope: operation.scope, metered: true }),
    RecordsUsage(operation.scope, operation.answer),
    Problems({
      ...GATE_PROBLEMS,
      400: ['invalid_request'],
      408: ['request_timeout'],
      413: ['image_too_large'],
      415: ['unsupported_media_type'],
      422: isSingle ? ['invalid_image'] : ['invalid_image', 'no_face'],
      503: ['overloaded', 'unavailable', 'timeout'],
    }),
    ApiOkResponse({ standardSchema: operation.answer }),
    ApiOperation({
      summary: operation.summary,
      description: `Wants a key with the scope \`${operation.scope}\`.`,
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': form({ ...IMAGE, format: 'binary' }),
          'application/json': form({ ...IMAGE, contentEncoding: 'base64' }),
          ...(isSingle && Object.fromEntries(rawForms)),
        },
      },
    }),
    ...(isSingle
      ? Object.entries(optionSchemas).map(([name, schema]) =>
          ApiQuery({
            name,
            required: false,
            schema,
            description: `${schema.description ?? ''} Only where the body is the image itself.`,
          }),
        )
      : []),
  );
}
