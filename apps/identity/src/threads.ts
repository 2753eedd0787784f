import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism, constants, getPriority, setPriority } from 'node:os';

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

/** Three steps of a tenth each: about half of the event loop's share where both want a core. */
const STEPS_BELOW_THE_EVENT_LOOP = 3;

/** The threads of this process, each with a number that the kernel takes for a process's. Linux. */
const THREADS = '/proc/self/task';

/**
 * Lets the event loop go first: it takes a tenth of a millisecond over what a thread then works
 * on for a quarter, or for ten. With equal rights it waits until threads have used up their time,
 * and then they wait for it. Elsewhere than on Linux threads have no priorities of their own.
 *
 * Source: https://man7.org/linux/man-pages/man2/setpriority.2.html, "C library/kernel differences"
 */
async function putBelowTheEventLoop(): Promise<void> {
  // This starts the threads, too, if nothing has.
  const threads = await readdir(THREADS).catch(() => []);
  for (const thread of threads) {
    const name = await readFile(`${THREADS}/${thread}/comm`, 'utf8').catch(() => '');
    // As libuv has named them since 1.50.
    if (!name.startsWith('libuv-worker')) continue;
    try {
      const below = getPriority() + STEPS_BELOW_THE_EVENT_LOOP;
      setPriority(Number(thread), Math.min(below, constants.priority.PRIORITY_LOW));
    } catch {
      // A sandbox that forbids it: they stay equals, which costs time and nothing else.
      return;
    }
  }
}

await putBelowTheEventLoop();
