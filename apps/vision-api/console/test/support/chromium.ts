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

/** Longer than a busy machine needs for a page; short of the time of a test, to say what is missing. */
const PATIENCE_MS = 20_000;

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
 * A page in a browser of its own. Closing it expects that nothing was said on its console: no
 * error, and nothing that the page's policy had to refuse. What a test provokes it names.
 */
export async function openPage(
  browser: Browser,
  provoked?: RegExp,
): Promise<{ page: Page; close: () => Promise<void> }> {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  // Chromium's console is silent about an `eval` that was refused and caught.
  await page.addInitScript(
    'addEventListener("securitypolicyviolation", (event) =>' +
      ' console.error("refused:", event.violatedDirective, event.blockedURI))',
  );
  const complaints: string[] = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  return {
    page,
    async close() {
      await context.close();
      expect(complaints.filter((text) => !isAnswer(text) && !provoked?.test(text))).toEqual([]);
    },
  };
}

/** Chromium reports every answer that is none of success; that is the test's business. */
const isAnswer = (text: string): boolean => /^Failed to load resource: .* status of/.test(text);

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
      // A chart measures its place and is drawn anew.
      await page.evaluate(
        'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
      );
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
