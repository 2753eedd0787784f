import { expect } from '@jest/globals';
import { inspect as lookOver } from '@nomo/chromium';
import path from 'node:path';
import { type Browser, type Page } from 'playwright-core';

const SCREENSHOTS = path.resolve(import.meta.dirname, '../../test-results/screenshots');

/** Longer than a busy machine needs for a page; short of the time of a test, to say what is missing. */
const PATIENCE_MS = 20_000;

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

/** Expects that a page is in order, by day and by night, on a desk and on a phone. */
export async function inspect(page: Page, name: string): Promise<void> {
  expect(await lookOver(page, SCREENSHOTS, name)).toEqual([]);
}
