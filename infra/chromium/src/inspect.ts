import axe from 'axe-core';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Page } from 'playwright-core';

const VIEWPORTS = {
  desktop: { width: 1280, height: 860 },
  phone: { width: 360, height: 740 },
} as const;

/**
 * Looks a page over by day and by night, on a desk and on a phone, and leaves pictures of it for
 * whoever wants to look.
 *
 * @param folder where the pictures go
 * @param name what each of them begins with
 * @returns what axe objects to, and where the page is wider than a phone; empty is good
 */
export async function inspect(page: Page, folder: string, name: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const faults: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [device, viewport] of Object.entries(VIEWPORTS)) {
      await page.setViewportSize(viewport);
      // A chart measures its place and is drawn anew.
      await page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      );
      const look = `${name}-${colorScheme}-${device}`;
      await page.screenshot({ path: path.join(folder, `${look}.png`), fullPage: true });
      const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
      if (width > viewport.width) faults.push(`${look}: ${width} pixels wide`);
      faults.push(...(await objections(page)).map((objection) => `${look}: ${objection}`));
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(VIEWPORTS.desktop);
  return faults;
}

/** What axe objects to: the rule, and where. */
async function objections(page: Page): Promise<string[]> {
  // Half a megabyte: once for each document.
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(axe.source);
  const results = await page.evaluate<axe.AxeResults>('axe.run(document)');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`,
    ),
  );
}
