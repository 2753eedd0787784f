import { type ComparedImage, VisionError } from '../errors.js';

/**
 * Notes on an error which image of a comparison it is about. What is not a {@link VisionError}
 * stays as it is.
 *
 * @param image undefined when there is no comparison.
 * @returns the error itself, to be thrown on.
 */
export function aboutImage(error: unknown, image: ComparedImage | undefined): unknown {
  if (error instanceof VisionError) error.image = image;
  return error;
}
