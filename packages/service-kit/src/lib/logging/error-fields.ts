/** Deep enough for a driver's error inside a client's inside ours. */
const MOST_CAUSES = 5;

export interface ErrorFields {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: ErrorFields;
}

/**
 * What the log says of an error. Only these fields: the errors of HTTP clients and parsers
 * carry requests, headers and bodies in others.
 */
export function errorFields(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: describe(error) };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(typeof code === 'string' && { code }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(error.cause !== undefined &&
      depth < MOST_CAUSES && { cause: errorFields(error.cause, depth + 1) }),
  };
}

/** Objects that are thrown are not shown: nobody knows what is in them. */
function describe(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}`;
}
