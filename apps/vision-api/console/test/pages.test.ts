import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from '@jest/globals';
import { CHROMIUM, launchChromium } from '@nomo/chromium';
import { type Browser, type Page } from 'playwright-core';

import { inspect, openPage } from './support/pages.js';
import { ConsoleServer } from './support/console-server.js';
import { PICTURE } from './support/pictures.js';

// Without a browser there is nothing to look at; @nomo/chromium says so, loudly.
const inChromium = CHROMIUM === undefined ? describe.skip : describe;

inChromium('every page, by day, by night and on a phone', () => {
  let server: ConsoleServer;
  let chromium: Browser;
  let page: Page;
  let close: () => Promise<void>;

  beforeAll(async () => {
    server = await ConsoleServer.start();
    chromium = await launchChromium();
  });
  afterAll(async () => {
    await chromium.close();
    await server.stop();
  });
  beforeEach(async () => {
    server.account.clear();
    server.repair();
    ({ page, close } = await openPage(chromium));
  });
  afterEach(() => close());

  async function open(path: string): Promise<void> {
    const query = new URLSearchParams({ return_to: `/dashboard${path}` });
    await page.goto(`${server.url}/dashboard/sign-in?${query.toString()}`);
  }
  const heading = (name: string): Promise<void> =>
    page.getByRole('heading', { name, exact: true }).first().waitFor();
  const chart = (): Promise<void> => page.locator('.recharts-bar-rectangle').first().waitFor();

  it('asks to sign in', async () => {
    await page.goto(`${server.url}/dashboard/keys`);
    await heading('Sign in to the console');
    await inspect(page, 'sign-in');
  });

  it.each(['expired', 'denied', 'provider_unavailable', 'email_unverified', 'rejected'])(
    'says that a sign-in failed: %s',
    async (reason) => {
      await page.goto(`${server.url}/dashboard/sign-in-failed?reason=${reason}`);
      await page.getByRole('link', { name: 'Back to the start' }).waitFor();
      await inspect(page, `sign-in-failed-${reason}`);
    },
  );

  it('says that one is signed out', async () => {
    await page.goto(`${server.url}/dashboard/signed-out`);
    await heading('You are signed out');
    await inspect(page, 'signed-out');
  });

  it('says that one is signed in again', async () => {
    await page.goto(`${server.url}/dashboard/signed-in`);
    await heading('You are signed in again');
    await inspect(page, 'signed-in');
  });

  it('says that a page is none', async () => {
    await page.goto(`${server.url}/dashboard/nowhere`);
    await heading('There is no such page');
    await inspect(page, 'not-found');
  });

  it('shows the overview', async () => {
    server.account.fill();
    await open('');
    await chart();
    await inspect(page, 'overview');
  });

  it('leads a new account to its first key', async () => {
    await open('');
    await heading('Welcome. Begin with a key');
    await inspect(page, 'overview-new');
  });

  it('shows the keys', async () => {
    server.account.fill();
    await open('/keys');
    await page.getByLabel(/Show revoked/).check();
    await heading('7 keys');
    await inspect(page, 'keys');
  });

  it('shows that there is no key', async () => {
    await open('/keys');
    await heading('No key yet');
    await inspect(page, 'keys-none');
  });

  it('shows the form of a new key, and its secret', async () => {
    await open('/keys');
    await page.getByRole('button', { name: 'Create key' }).click();
    await page.getByLabel('Name').fill('Checkout service');
    await inspect(page, 'key-form');
    await page.getByRole('checkbox', { name: 'Detect faces' }).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
    await page.getByText('Copy the key now').waitFor();
    await inspect(page, 'key-secret');
  });

  it('asks before it revokes', async () => {
    server.account.fill();
    await open('/keys');
    await page.getByRole('button', { name: 'Revoke Checkout service' }).click();
    await page.getByRole('button', { name: 'Keep it' }).waitFor();
    await inspect(page, 'key-revoke');
  });

  it('shows the playground', async () => {
    await open('/playground');
    await heading('Playground');
    await inspect(page, 'playground');
  });

  it.each([
    ['Detect faces', '1 face'],
    ['Detect labels', '3 labels'],
    ['Read text', '2 lines'],
  ])('draws what was found: %s', async (operation, summary) => {
    await open('/playground');
    await page.getByRole('radio', { name: operation }).check({ force: true });
    await page.getByLabel('File: Image', { exact: true }).setInputFiles(PICTURE);
    await page.getByRole('button', { name: operation }).click();
    await heading(summary);
    await inspect(page, `playground-${summary.replaceAll(' ', '-')}`);
  });

  it('draws what was found: two pictures', async () => {
    await open('/playground');
    await page.getByRole('radio', { name: 'Compare faces' }).check({ force: true });
    await page.getByLabel('File: Source', { exact: true }).setInputFiles(PICTURE);
    await page.getByLabel('File: Target', { exact: true }).setInputFiles(PICTURE);
    await page.getByRole('button', { name: 'Compare faces' }).click();
    await heading('1 match');
    await inspect(page, 'playground-compare');
  });

  it('shows the request in three languages', async () => {
    await open('/playground');
    await page.getByRole('tab', { name: 'Request' }).click();
    await page.getByText('x-api-key').waitFor();
    await inspect(page, 'playground-request');
  });

  it('shows the use', async () => {
    server.account.fill();
    await open('/usage');
    await chart();
    await inspect(page, 'usage');
  });

  it('shows the audit trail', async () => {
    server.account.fill();
    await open('/audit');
    await page.getByText('Verified', { exact: true }).waitFor();
    await page.getByText('Particulars').first().click();
    await inspect(page, 'audit');
  });

  it('says that the audit trail is broken', async () => {
    server.account.fill();
    server.account.verification = 'broken';
    await open('/audit');
    await page.getByText('The chain is broken').waitFor();
    await inspect(page, 'audit-broken');
  });

  it('shows the account', async () => {
    await open('/account');
    await page.getByText('In 2 browsers').waitFor();
    await inspect(page, 'account');
  });

  it('opens its menu on a phone', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await open('/account');
    await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('link', { name: 'Usage' }).waitFor();
    await inspect(page, 'menu');
  });

  it('says that the service is away', async () => {
    server.account.fill();
    server.fail('GET /usage', {
      problem: { status: 503, code: 'service_unavailable', title: 'The database is away' },
    });
    await open('');
    await page.getByText('The database is away').waitFor();
    await inspect(page, 'overview-failure');
  });
});
