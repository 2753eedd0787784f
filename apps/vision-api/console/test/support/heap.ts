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

/** What a page has just closed it lets go of with its next frames; a busy machine is slow to paint. */
const LOOKS = 3;

/** @returns whether a string is still anywhere after the next few frames */
export async function heapKeeps(page: Page, text: string): Promise<boolean> {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    await page.evaluate(
      'new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))',
    );
    if (!(await heapHolds(page, text))) return false;
  }
  return true;
}
