import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 allocate every object among the young ones, as one is born.
 *
 * Of an array or object literal that often lives through a collection, as what belongs to requests
 * under way does, V8 comes to allocate the next ones among the old objects at once. Those are
 * collected seldom, and until then a dead one keeps whatever young objects it refers to: in some
 * processes, depending on what was measured in their first seconds, everything that a request
 * had made (docs/decisions/0016-what-a-request-leaves-behind.md).
 */
export function keepNewObjectsYoung(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
