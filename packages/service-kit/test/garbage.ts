import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from './median.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

/**
 * How many bytes of the heap a task leaves in use until old objects are collected, whatever V8
 * compiles, forgets or collects of its own meanwhile: the median of five.
 *
 * @param task does its work, and collects young objects in the middle of it
 */
export function bytesKeptBy(task: (collectYoung: () => void) => void): number {
  const kept = Array.from({ length: 5 }, () => {
    // What there is by now becomes old.
    collect();
    const before = process.memoryUsage().heapUsed;
    task(collectYoung);
    collectYoung();
    return process.memoryUsage().heapUsed - before;
  });
  return median(kept);
}

const collectYoung = (): void => {
  collect({ type: 'minor' });
};
