import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;

/** How much of the heap is in use that V8 does not let go of while it collects young objects only. */
export class Kept {
  readonly #before: number;

  /** What there is by now becomes old. */
  constructor() {
    collect();
    this.#before = process.memoryUsage().heapUsed;
  }

  /** Collects young objects; what is left grows old. */
  collectYoung(): void {
    collect({ type: 'minor' });
  }

  get bytes(): number {
    this.collectYoung();
    return process.memoryUsage().heapUsed - this.#before;
  }
}
