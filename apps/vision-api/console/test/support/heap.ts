import { type Page } from 'playwright-core';

/** Whether a string, or part of one, is anywhere among what the page's scripts still hold. */
export async function heapHolds(page: Page, text: string): Promise<boolean> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return chunks.join('').includes(text);
}

/**
 * Waits until nothing holds a string any more: what a page has just closed it lets go of with its
 * next frames, which a busy machine is slow to paint.
 */
export async function untilHeapLetsGoOf(page: Page, text: string): Promise<void> {
  for (let looks = 0; looks < 10; looks += 1) {
    if (!(await heapHolds(page, text))) return;
    await page.waitForTimeout(1_000);
  }
  throw new Error('the page still holds what it should have forgotten');
}
