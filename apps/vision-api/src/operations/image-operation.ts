import { applyDecorators, HttpCode, SerializeOptions } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery } from '@nestjs/swagger';
import { z } from 'zod';
import { RequiresApiKey } from '../gate/gate.guard.js';
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

/** Everything that the routes which answer a question about an image have in common. */
export function AnswersImages(operation: ImageOperation): MethodDecorator {
  const { images, options } = operation.input;
  const optionSchemas = (z.toJSONSchema(options, { io: 'input' }).properties ?? {}) as Record<
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
  const rawForms = ['image/jpeg', 'image/png', 'image/webp'].map((type) => [type, {}] as const);
  return applyDecorators(
    HttpCode(200),
    RequiresApiKey({ scope: operation.scope, metered: true }),
    RecordsUsage(operation.scope),
    SerializeOptions({ schema: operation.answer }),
    ApiOkResponse({ standardSchema: operation.answer }),
    ApiOperation({
      summary: operation.summary,
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': form({ type: 'string', format: 'binary' }),
          'application/json': form({ type: 'string', contentEncoding: 'base64' }),
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
