import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 not decide by the place in the code that arrays and objects are born old.
 *
 * Of a literal that mostly lives through a collection, as what belongs to requests under way
 * does, V8 comes to allocate the next ones among the old objects at once ("pretenuring"). Those
 * are collected seldom, and until then a dead one keeps whatever young objects it refers to: in
 * some processes, depending on what was counted in their first seconds, everything that a request
 * had made (docs/decisions/0016-what-a-request-leaves-behind.md).
 *
 * For all threads of the process. Before it answers anything: what V8 has decided by then stays.
 * Set here and not on a command line, so that nobody can start a service without it.
 */
export function turnOffPretenuring(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}
