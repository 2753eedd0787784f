import { type OutboundAnswer } from '../outbound/outbound-http.js';

/** What a call of somebody else's address came to. */
export interface Outcome {
  readonly status: number | undefined;
  readonly error: string | undefined;
}

/** How an attempt went, and what follows. */
export interface Attempt {
  readonly status: 'delivered' | 'pending' | 'failed';
  readonly lastStatus: number | undefined;
  readonly lastError: string | undefined;
  /** When the next attempt may be made. */
  readonly dueAt: Date;
}

/** Nobody else makes an attempt for so long: longer than a call may take. */
export const LEASE_MS = 60_000;

const LONGEST_ERROR = 200;
/** The receiver says that there is nobody any more (RFC 9110, section 15.5.11). */
const GONE = 410;

/** The outcome of a call; what goes wrong on the way there is one, too. */
export async function outcomeOf(call: Promise<OutboundAnswer>): Promise<Outcome> {
  try {
    const { status } = await call;
    return { status, error: undefined };
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const reason = cause instanceof Error ? cause : error;
    const message = reason instanceof Error ? reason.message : String(reason);
    return { status: undefined, error: message.slice(0, LONGEST_ERROR) };
  }
}

/**
 * What an outcome means for a delivery.
 *
 * @param attempts how many were made, this one included
 * @param retryAfterMs how long to wait after each attempt that failed; there are no more
 */
export function attemptOf(
  { status, error }: Outcome,
  attempts: number,
  retryAfterMs: readonly number[],
): Attempt {
  const delivered = status !== undefined && status >= 200 && status < 300;
  const wait = delivered || status === GONE ? undefined : retryAfterMs[attempts - 1];
  return {
    status: delivered ? 'delivered' : wait === undefined ? 'failed' : 'pending',
    lastStatus: status,
    lastError: error,
    dueAt: new Date(Date.now() + (wait ?? 0)),
  };
}
