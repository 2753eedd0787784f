import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './statistics.ts';

/** How long to go on, and how many calls are under way at any moment. */
export interface LoopPlan {
  readonly concurrency: number;
  readonly milliseconds: number;
  /** Over so long a time the callers begin, one after the other; all at once unless given. */
  readonly beginOverMs?: number;
}

/** Latencies are in milliseconds. */
export interface LoopResult {
  readonly calls: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/**
 * Calls again and again, each of `concurrency` callers starting its next call when the
 * one before has answered. A call that fails ends the run: an error is quick, and counted
 * as work it would make whoever fails the fastest contender.
 *
 * @param call is given the number of the call, counted over all callers.
 */
export async function closedLoop(
  plan: LoopPlan,
  call: (index: number) => Promise<void>,
): Promise<LoopResult> {
  const latencies: number[] = [];
  const begin = performance.now();
  let end = begin + plan.milliseconds;
  let next = 0;
  let last = begin;
  const caller = async (number: number): Promise<void> => {
    if (plan.beginOverMs !== undefined)
      await sleep((plan.beginOverMs * number) / plan.concurrency);
    let started = performance.now();
    while (started < end) {
      await call(next++);
      last = performance.now();
      latencies.push(last - started);
      started = last;
    }
  };
  try {
    await Promise.all(Array.from({ length: plan.concurrency }, (_, number) => caller(number)));
  } catch (error) {
    // The others stop, too: nobody waits for their calls any more.
    end = begin;
    throw error;
  }
  return {
    calls: latencies.length,
    perSecond: latencies.length / ((last - begin) / 1000),
    p50: percentile(latencies, 0.5),
    p90: percentile(latencies, 0.9),
    p99: percentile(latencies, 0.99),
  };
}
