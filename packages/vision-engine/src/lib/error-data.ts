import {
  type ComparedImage,
  EngineFailure,
  ImageTooLarge,
  InvalidImage,
  NoFace,
  UnsupportedMedia,
  VisionError,
  type VisionErrorName,
} from '../errors.js';

/**
 * An error as plain data, for the way between threads: structured cloning keeps neither the
 * class nor the fields of an error.
 */
export interface ErrorData {
  readonly name: VisionErrorName;
  readonly message: string;
  readonly image: ComparedImage | undefined;
}

/**
 * Turns anything thrown inside a worker into data. What is not a {@link VisionError} becomes an
 * `EngineFailure` that names only the kind of error: the message of a foreign error could quote
 * its input.
 */
export function errorToData(error: unknown): ErrorData {
  if (error instanceof VisionError) {
    return { name: error.name, message: error.message, image: error.image };
  }
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    name: 'EngineFailure',
    message: `The operation failed inside the engine (${kind}).`,
    image: undefined,
  };
}

/** Rebuilds the error that {@link errorToData} described. */
export function errorFromData(data: ErrorData): VisionError {
  const error = ofClass(data);
  error.image = data.image;
  return error;
}

function ofClass(data: ErrorData): VisionError {
  switch (data.name) {
    case 'InvalidImage':
      return new InvalidImage(data.message);
    case 'ImageTooLarge':
      return new ImageTooLarge(data.message);
    case 'UnsupportedMedia':
      return new UnsupportedMedia(data.message);
    case 'NoFace':
      return new NoFace(data.message);
    default:
      // The other errors belong to the thread that takes the calls; one that comes out of a
      // worker is a fault of the engine.
      return new EngineFailure(data.message);
  }
}
