import { Problem, type InvalidField } from '@nomo/service-kit';
import { MAX_IMAGE_BYTES } from './image-limits.js';

/** More than any name of ours has. */
const LONGEST_NAME = 100;

/** 400 with the fields or options at fault; the path is empty for the body as a whole. */
export function invalidRequest(...errors: InvalidField[]): Problem {
  const detail = errors.map(({ path, message }) =>
    path === '' ? message : `${path}: ${message}`,
  );
  return Problem.invalidRequest(detail.join(' '), errors);
}

/** A name nobody asked for. It is the client's own text, so it is cut, and kept out of `detail`. */
export function unknownField(name: string): Problem {
  const message = 'There is no such field or option.';
  return Problem.invalidRequest(`${message} See “errors” for which.`, [
    { path: name.slice(0, LONGEST_NAME), message },
  ]);
}

export function imageTooLarge(path: string): Problem {
  return new Problem({
    status: 413,
    code: 'image_too_large',
    detail: `${path}: an image may have at most ${MAX_IMAGE_BYTES} bytes.`,
    extensions: { maxBytes: MAX_IMAGE_BYTES },
  });
}

export function unsupportedMediaType(detail: string): Problem {
  return new Problem({
    status: 415,
    code: 'unsupported_media_type',
    detail,
  });
}
