import { BenchmarkError } from './benchmark.ts';

const controller = new AbortController();

/**
 * Aborts when the run is to end early. Everything that waits for a contender gives up then,
 * and what the run made for itself is cleared away on the way out.
 */
export const interruption: AbortSignal = controller.signal;

/** Makes Ctrl-C and SIGTERM an interruption; a second one ends the process at once. */
export function interruptOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      controller.abort(new BenchmarkError('Interrupted.'));
    });
}
