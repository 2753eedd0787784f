import { Injectable } from '@nestjs/common';
import { type Request } from 'express';
import { type z } from 'zod';
import { invalidRequest, unknownField, unsupportedMediaType } from './image-input.problems.js';
import { readJson } from './json-input.js';
import { readMultipart } from './multipart-input.js';
import { readRaw } from './raw-input.js';
import { type RequestContent } from './request-content.js';
import { UploadMemory } from './upload-memory.js';

/** What an operation takes: its images by field name, and its options. */
export interface InputShape<Image extends string, Options extends z.ZodObject> {
  readonly images: readonly [Image, ...Image[]];
  /** Strict, and lenient about text: options arrive as text in a form or a query. */
  readonly options: Options;
}

export interface ImageInput<Image extends string, Options extends z.ZodObject> {
  readonly images: Readonly<Record<Image, Uint8Array>>;
  readonly options: z.infer<Options>;
}

/**
 * Reads the images and options of a request into memory, and nowhere else.
 *
 * Three forms: `multipart/form-data`, JSON with base64, or the raw bytes of one image with
 * the options in the query.
 */
@Injectable()
export class ImageInputReader {
  constructor(private readonly memory: UploadMemory) {}

  /**
   * @throws {Problem} `invalid_request`, `image_too_large`, `unsupported_media_type`, or
   *   `overloaded` while other uploads hold all the memory there is for them.
   */
  async read<Image extends string, Options extends z.ZodObject>(
    request: Request,
    shape: InputShape<Image, Options>,
  ): Promise<ImageInput<Image, Options>> {
    const { images: given, options } = await this.readForm(request, shape.images);

    const images: Partial<Record<Image, Uint8Array>> = {};
    for (const name of shape.images) {
      const bytes = given.get(name);
      if (bytes === undefined) {
        throw invalidRequest({ path: name, message: 'This image is missing.' });
      }
      images[name] = bytes;
    }
    return {
      images: images as Record<Image, Uint8Array>,
      options: checkOptions(shape.options, options),
    };
  }

  private async readForm(
    request: Request,
    images: readonly [string, ...string[]],
  ): Promise<RequestContent> {
    const type = mediaType(request);
    if (type.startsWith('image/')) return readRaw(request, type, images, this.memory);

    const [inQuery] = Object.keys(request.query);
    if (inQuery !== undefined) {
      throw invalidRequest({
        path: inQuery,
        message: 'Options are read from the query only where the body is the image itself.',
      });
    }
    if (type === 'multipart/form-data') return readMultipart(request, images, this.memory);
    if (type === 'application/json') return readJson(request, images, this.memory);
    throw unsupportedMediaType(
      'Send multipart/form-data, application/json with base64 images, or one image as ' +
        'image/jpeg, image/png or image/webp.',
    );
  }
}

function checkOptions<Options extends z.ZodObject>(
  schema: Options,
  given: ReadonlyMap<string, unknown>,
): z.infer<Options> {
  // Before the schema: it would report each of a hundred thousand unknown names.
  for (const name of given.keys()) {
    if (!Object.hasOwn(schema.shape, name)) throw unknownField(name);
  }
  const options = schema.safeParse(Object.fromEntries(given));
  if (options.success) return options.data;
  throw invalidRequest(
    ...options.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  );
}

function mediaType(request: Request): string {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase();
}
