import { type Request } from 'express';
import { readBody } from './body.js';
import { imageTooLarge, invalidRequest, unsupportedMediaType } from './image-input.problems.js';
import { MAX_IMAGE_BYTES } from './image-limits.js';
import { type UploadMemory } from './upload-memory.js';
import { type RequestContent } from './request-content.js';

/** The body is the image; the options are in the query. */
export async function readRaw(
  request: Request,
  type: string,
  images: readonly [string, ...string[]],
  memory: UploadMemory,
): Promise<RequestContent> {
  const [name] = images;
  if (images.length > 1) {
    throw unsupportedMediaType(
      'This operation takes two images: send multipart/form-data or application/json.',
    );
  }
  if (!['image/jpeg', 'image/png', 'image/webp'].includes(type)) {
    throw unsupportedMediaType('An image has to be a JPEG, a PNG or a WebP.');
  }
  const options = new Map<string, string>();
  for (const [option, value] of Object.entries(request.query)) {
    if (typeof value !== 'string') {
      throw invalidRequest({ path: option, message: 'An option is given once.' });
    }
    options.set(option, value);
  }
  memory.hold(request, MAX_IMAGE_BYTES, 'binary');
  const bytes = await readBody(request, MAX_IMAGE_BYTES, () => imageTooLarge(name));
  return { images: new Map([[name, bytes]]), options };
}
