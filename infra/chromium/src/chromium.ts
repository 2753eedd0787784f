import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = [
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

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

/** Starts it without a window, and so that it calls nobody by itself. */
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
