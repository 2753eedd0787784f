import { type INestApplicationContext } from '@nestjs/common';
import { setTimeout as delay } from 'node:timers/promises';
import { type Logger } from 'pino';
import { type ActiveRequests } from '../http/active-requests.js';

/** What closing pools takes when nothing runs any more; granted even after a late drain. */
const HOOKS_MS = 2_000;

/**
 * Stops a service: requests first, then what they stood on.
 *
 * @returns whether everything finished by itself
 */
export async function stopInTime(
  { app, active }: { app: INestApplicationContext; active?: ActiveRequests },
  timeoutMs: number,
  logger: Logger,
): Promise<boolean> {
  const began = performance.now();
  logger.info('stopping');
  const drained = (await active?.drain(timeoutMs)) ?? true;
  const left = Math.max(timeoutMs - (performance.now() - began), HOOKS_MS);
  const cutOff = new AbortController();
  const closed = await Promise.race([
    app.close().then(
      () => true,
      (error: unknown) => {
        logger.error({ err: error }, 'a shutdown hook failed');
        return false;
      },
    ),
    delay(left, false, { signal: cutOff.signal }),
  ]);
  cutOff.abort();
  const inTime = drained && closed;
  logger.info({ inTime }, 'stopped');
  return inTime;
}
