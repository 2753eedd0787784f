import { expect } from '@jest/globals';
import axe from 'axe-core';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const SCREENSHOTS = path.resolve(import.meta.dirname, '../../test-results/screenshots');
const VIEWPORTS = {
  desktop: { width: 1280, height: 860 },
  phone: { width: 360, height: 740 },
} as const;

/** The Chromium of this machine; undefined where it has none. */
export const CHROMIUM = CANDIDATES.find(
  (candidate) => candidate !== undefined && existsSync(candidate),
);

if (CHROMIUM === undefined) {
  process.stderr.write(
    '\n⚠ There is no Chromium here: the tests of pages in a browser are SKIPPED.\n' +
      '  Install one (Debian: apt-get install chromium) or name it in CHROME_PATH.\n\n',
  );
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    ...(CHROMIUM !== undefined && { executablePath: CHROMIUM }),
    args: [
      // Root has no sandbox, and what is opened here is our own.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/**
 * Expects that a page has nothing that axe objects to, by day and by night, and nothing that is
 * wider than a phone. Leaves pictures of it for whoever wants to look.
 */
export async function inspect(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [device, viewport] of Object.entries(VIEWPORTS)) {
      await page.setViewportSize(viewport);
      await page.screenshot({
        path: path.join(SCREENSHOTS, `${name}-${colorScheme}-${device}.png`),
        fullPage: true,
      });
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(viewport.width);
      expect(await faultsOf(page)).toEqual([]);
    }
  }
  await page.emulateMedia({ colorScheme: null });
}

/** What axe objects to: the rule, and where. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = await page.evaluate<axe.AxeResults>('axe.run(document)');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`,
    ),
  );
}
