import { sizeText } from '../texts/times.js';

export const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/webp'];

/** What is wrong with a file before it is sent; undefined when the service may judge it. */
export function imageProblem(
  file: Pick<File, 'name' | 'type' | 'size'>,
  maxBytes: number,
): string | undefined {
  if (!IMAGE_TYPES.includes(file.type)) {
    return `“${file.name}” is not a JPEG, PNG or WebP image.`;
  }
  if (file.size > maxBytes) {
    return `“${file.name}” has ${sizeText(file.size)}. An image may have at most ${sizeText(maxBytes)}.`;
  }
  return undefined;
}
