/** Work that is done again and again, until it is stopped. */
export interface Repetition {
  /** Stops it, and waits for what runs. */
  stop(): Promise<void>;
}

/** Runs `work`, and again `intervalMs` after it has ended. It must not reject. */
export function repeat(intervalMs: number, work: () => Promise<void>): Repetition {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = Promise.resolve();
  const turn = (): void => {
    running = work().then(() => {
      if (!stopped) timer = setTimeout(turn, intervalMs);
    });
  };
  turn();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
