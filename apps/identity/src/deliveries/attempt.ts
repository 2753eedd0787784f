import { type Logger } from '@nestjs/common';
import { SecurityCoreError } from '@nomo/security-core';
import { DatabaseAway } from '../database/database-away.js';
import { type OutboundAnswer } from '../outbound/outbound-http.js';
import { type DeliveryOutcome } from './delivery-metrics.js';

/** What a call of somebody else's address came to. */
export interface Outcome {
  readonly kind: DeliveryOutcome;
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
    const taken = status >= 200 && status < 300;
    return { kind: taken ? 'delivered' : 'refused', status, error: undefined };
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    const reason = cause instanceof Error ? cause : error;
    const message = reason instanceof Error ? reason.message : String(reason);
    return {
      kind: 'unreachable',
      status: undefined,
      error: message.slice(0, LONGEST_ERROR),
    };
  }
}

/**
 * The outcome of preparing a call and making it. What goes wrong before the call, as a key that is
 * lost, is an outcome too: it is tried again as rarely as a receiver that is away, and not for ever.
 *
 * @throws {DatabaseAway} nothing was tried, and it is looked at again after the lease
 */
export async function orUnmade(
  logger: Logger,
  delivery: Readonly<Record<string, string>>,
  make: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof DatabaseAway) throw error;
    const unopened = error instanceof SecurityCoreError;
    const reason = error instanceof Error ? error.message : String(error);
    logger.error(
      { ...delivery, reason },
      unopened
        ? 'What a delivery is signed with cannot be opened: is a key missing in SECRET_BOX_KEYS?'
        : 'A delivery could not be made',
    );
    return {
      kind: 'unmade',
      status: undefined,
      error: unopened ? 'Our secret for it cannot be opened' : 'It could not be made',
    };
  }
}

/**
 * What an outcome means for a delivery.
 *
 * @param attempts how many were made, this one included
 * @param retryAfterMs how long to wait after each attempt that failed; there are no more
 */
export function attemptOf(
  { kind, status, error }: Outcome,
  attempts: number,
  retryAfterMs: readonly number[],
): Attempt {
  const delivered = kind === 'delivered';
  const wait = delivered || status === GONE ? undefined : retryAfterMs[attempts - 1];
  return {
    status: delivered ? 'delivered' : wait === undefined ? 'failed' : 'pending',
    lastStatus: status,
    lastError: error,
    dueAt: new Date(Date.now() + (wait ?? 0)),
  };
}
