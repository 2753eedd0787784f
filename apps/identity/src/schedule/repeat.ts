import { setTimeout as sleep } from 'node:timers/promises';

/** Work that is done again and again. */
export interface Repetition {
  /** Lets what runs finish, and begins no more. */
  stop(): Promise<void>;
}

/**
 * Does something at once, and again so long after each end of it.
 *
 * @param work has to deal with its own failures
 */
export function repeat(everyMs: number, work: () => Promise<void>): Repetition {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = (async () => {
    while (!signal.aborted) {
      await work();
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
