/** What tests of pages in a browser use. */
export { CHROMIUM, launchChromium } from './chromium.js';
export { inspect } from './inspect.js';
