/**
 * Every error the engine throws on purpose. `code` is stable, and equal to the problem code an
 * HTTP service answers with; messages describe the rule that was broken and never hold image
 * content, so they may be shown to the caller.
 */
export type VisionErrorCode =
  | 'invalid_image'
  | 'image_too_large'
  | 'unsupported_media_type'
  | 'no_face'
  | 'overloaded'
  | 'invalid_request'
  | 'internal_error';

/** The images of a comparison, by the names of the parameters that take them. */
export type ComparedImage = 'source' | 'target';

/** Base of the hierarchy: `error instanceof VisionError`, then switch on `error.code`. */
export abstract class VisionError extends Error {
  abstract readonly code: VisionErrorCode;
  abstract override readonly name: VisionErrorName;

  /**
   * Which image of a comparison is at fault. Undefined where there is but one image, and where
   * the fault is in neither; the message never names it, except that of {@link NoFace}.
   */
  image: ComparedImage | undefined;
}

/** The bytes are no image, are damaged, or its dimensions are outside the limits. */
export class InvalidImage extends VisionError {
  readonly code = 'invalid_image';
  override readonly name = 'InvalidImage';
}

/** More bytes than the engine takes. */
export class ImageTooLarge extends VisionError {
  readonly code = 'image_too_large';
  override readonly name = 'ImageTooLarge';
}

/** The bytes begin like neither a JPEG, a PNG nor a WebP. */
export class UnsupportedMedia extends VisionError {
  readonly code = 'unsupported_media_type';
  override readonly name = 'UnsupportedMedia';
}

/** The source image of a comparison shows no face. */
export class NoFace extends VisionError {
  readonly code = 'no_face';
  override readonly name = 'NoFace';
}

/** An option is out of its range or of the wrong type. */
export class InvalidOption extends VisionError {
  readonly code = 'invalid_request';
  override readonly name = 'InvalidOption';

  /** @param option name of the option at fault. */
  constructor(
    readonly option: string,
    message: string,
  ) {
    super(message);
  }
}

/** The queue is full. */
export class Overloaded extends VisionError {
  readonly code = 'overloaded';
  override readonly name = 'Overloaded';

  /** @param retryAfterMs an estimate of when trying again makes sense. */
  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/**
 * The call's deadline passed before its answer. The code is `overloaded` too: to a caller both
 * mean that the engine has more work than it can do in time, and that trying again may help.
 */
export class DeadlineExceeded extends VisionError {
  readonly code = 'overloaded';
  override readonly name = 'DeadlineExceeded';

  /** @param retryAfterMs an estimate of when trying again makes sense. */
  constructor(
    message: string,
    readonly retryAfterMs: number,
  ) {
    super(message);
  }
}

/** The engine is shutting down; `overloaded` to a caller, who should try another process. */
export class EngineClosed extends VisionError {
  readonly code = 'overloaded';
  override readonly name = 'EngineClosed';
  readonly retryAfterMs = 1000;
}

/** A worker died, or an operation failed in a way that is the engine's own fault. */
export class EngineFailure extends VisionError {
  readonly code = 'internal_error';
  override readonly name = 'EngineFailure';
}

/** Names of the classes below. */
export type VisionErrorName =
  | 'InvalidImage'
  | 'ImageTooLarge'
  | 'UnsupportedMedia'
  | 'NoFace'
  | 'InvalidOption'
  | 'Overloaded'
  | 'DeadlineExceeded'
  | 'EngineClosed'
  | 'EngineFailure';
