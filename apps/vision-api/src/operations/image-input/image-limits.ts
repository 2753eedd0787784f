/** 5 MB, as the API promises: bytes of one image, before any encoding. */
export const MAX_IMAGE_BYTES = 5 * 1024 * 1024;

/** Room for field names, options, boundaries and JSON punctuation around the images. */
export const MAX_ENVELOPE_BYTES = 64 * 1024;
