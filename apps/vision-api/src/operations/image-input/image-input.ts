import { type Request } from 'express';
import { type z } from 'zod';
import { invalidRequest, unsupportedMediaType } from './image-input.problems.js';
import { readJson } from './json-input.js';
import { readMultipart } from './multipart-input.js';
import { readRaw } from './raw-input.js';
import { type RequestContent } from './request-content.js';

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
 *
 * @throws {Problem} `invalid_request`, `image_too_large` or `unsupported_media_type`.
 */
export async function readImageInput<Image extends string, Options extends z.ZodObject>(
  request: Request,
  shape: InputShape<Image, Options>,
): Promise<ImageInput<Image, Options>> {
  const input = await readForm(request, shape.images);

  const images: Partial<Record<Image, Uint8Array>> = {};
  for (const name of shape.images) {
    const bytes = input.images.get(name);
    if (bytes === undefined) {
      throw invalidRequest({ path: name, message: 'This image is missing.' });
    }
    images[name] = bytes;
  }
  const options = shape.options.safeParse(Object.fromEntries(input.options));
  if (!options.success) {
    throw invalidRequest(
      ...options.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((path) => ({ path, message: 'There is no such field or option.' }))
          : [{ path: issue.path.join('.'), message: issue.message }],
      ),
    );
  }
  return { images: images as Record<Image, Uint8Array>, options: options.data };
}

async function readForm(
  request: Request,
  images: readonly [string, ...string[]],
): Promise<RequestContent> {
  const type = mediaType(request);
  if (type.startsWith('image/')) return readRaw(request, type, images);

  const inQuery = Object.keys(request.query)[0];
  if (inQuery !== undefined) {
    throw invalidRequest({
      path: inQuery,
      message: 'Options are read from the query only where the body is the image itself.',
    });
  }
  if (type === 'multipart/form-data') return readMultipart(request, images);
  if (type === 'application/json') return readJson(request, images);
  throw unsupportedMediaType(
    'Send multipart/form-data, application/json with base64 images, or one image as ' +
      'image/jpeg, image/png or image/webp.',
  );
}

function mediaType(request: Request): string {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  return type.trim().toLowerCase();
}
