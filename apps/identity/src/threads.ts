import { availableParallelism } from 'node:os';

/** Look-ups of names, which may hang, take half of the threads at most, rounded up. */
const FEWEST = 2;

/**
 * How many threads work out RSA signatures and argon2id: as many as there are cores, where libuv
 * would have four. More than cores take the event loop's time, and less than the threads could do
 * is then there for them to do. Imported before all else, as it has to be said before the first
 * of them is asked. Who has said it from outside knows better.
 *
 * Source: https://docs.libuv.org/en/v1.x/threadpool.html
 */
if ((process.env['UV_THREADPOOL_SIZE'] ?? '') === '') {
  process.env['UV_THREADPOOL_SIZE'] = String(Math.max(FEWEST, availableParallelism()));
}
