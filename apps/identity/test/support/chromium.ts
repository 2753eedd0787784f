import { expect } from '@jest/globals';
import { inspect as lookOver } from '@nomo/chromium';
import path from 'node:path';
import { type Page } from 'playwright-core';

const SCREENSHOTS = path.resolve(import.meta.dirname, '../../test-results/screenshots');

/** Expects that a page is in order, by day and by night, on a desk and on a phone. */
export async function inspect(page: Page, name: string): Promise<void> {
  expect(await lookOver(page, SCREENSHOTS, name)).toEqual([]);
}
