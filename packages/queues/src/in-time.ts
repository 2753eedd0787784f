/**
 * Waits for work, but no longer than so many milliseconds. What comes of it after that concerns
 * nobody.
 *
 * @returns Whether it was over in time, well or not.
 */
export async function inTime(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, milliseconds);
  });
  const over = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([over, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Longer than a healthy Redis takes by far. */
const longestAnswerMs = 1_000;

/**
 * What a call of a queue comes to. BullMQ waits for a connection before it sends a command, and
 * that wait has no limit.
 *
 * @throws What the call does, or that there was no answer for a second: it may still be done.
 */
export async function answerOf<T>(call: Promise<T>): Promise<T> {
  if (await inTime(call, longestAnswerMs)) return call;
  throw new Error(`the queue did not answer within ${longestAnswerMs} ms`);
}
