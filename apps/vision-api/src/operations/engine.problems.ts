import { Problem } from '@nomo/service-kit';
import {
  DeadlineExceeded,
  EngineClosed,
  InvalidOption,
  Overloaded,
  VisionError,
  type VisionErrorCode,
} from '@nomo/vision-engine';
import { ClientAborted } from './image-input/client-aborted.js';
import { invalidRequest } from './image-input/image-input.problems.js';

const STATUS: Record<Exclude<VisionErrorCode, 'invalid_request' | 'internal_error'>, number> = {
  invalid_image: 422,
  no_face: 422,
  image_too_large: 413,
  unsupported_media_type: 415,
  overloaded: 503,
};

/** Throws what the engine threw as the problem that a client is told. */
export function asProblem(error: unknown): never {
  // Nobody waits any more: see the request's signal.
  if (error instanceof Error && error.name === 'AbortError') throw new ClientAborted();
  if (!(error instanceof VisionError)) throw error;
  if (error instanceof InvalidOption) {
    throw invalidRequest({ path: error.option, message: error.message });
  }
  // The engine's own fault: the kit answers 500 and logs the whole of it.
  if (error.code === 'internal_error' || error.code === 'invalid_request') throw error;
  throw new Problem({
    status: STATUS[error.code],
    code: error.code,
    // Of two images one is at fault; “no face” says by itself which.
    detail:
      error.image === undefined || error.code === 'no_face'
        ? error.message
        : `${error.image}: ${error.message}`,
    cause: error,
    headers: retryAfter(error),
  });
}

function retryAfter(error: VisionError): Record<string, string> {
  const waits =
    error instanceof Overloaded ||
    error instanceof DeadlineExceeded ||
    error instanceof EngineClosed;
  return waits
    ? { 'Retry-After': String(Math.max(1, Math.ceil(error.retryAfterMs / 1000))) }
    : {};
}
