import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
} from '@jest/globals';
import { CHROMIUM, launchChromium } from '@nomo/chromium';
import { readFileSync } from 'node:fs';
import { type Browser, type Locator, type Page } from 'playwright-core';

import { openPage } from './support/pages.js';
import { ConsoleServer } from './support/console-server.js';
import { heapHolds, heapKeeps } from './support/heap.js';
import { PICTURE } from './support/pictures.js';

// Without a browser there is nobody to go these ways; @nomo/chromium says so, loudly.
const inChromium = CHROMIUM === undefined ? describe.skip : describe;

inChromium('the ways through the console', () => {
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
    // What a test provokes: a connection that breaks off.
    ({ page, close } = await openPage(chromium, /net::ERR_(?:EMPTY_RESPONSE|INTERNET_DISC)/));
  });
  afterEach(() => close());

  const button = (name: string | RegExp): Locator =>
    page.getByRole('button', { name, exact: true });
  const dialog = (name: string): Locator => page.getByRole('dialog', { name });
  const says = (text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  const focused = (): Promise<string> =>
    page.evaluate(
      'document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent',
    );

  async function open(path: string): Promise<void> {
    const query = new URLSearchParams({ return_to: `/dashboard${path}` });
    await page.goto(`${server.url}/dashboard/sign-in?${query.toString()}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** Goes on by keyboard until it stands on `name`. */
  async function tabTo(name: string): Promise<void> {
    for (let steps = 0; steps < 40; steps += 1) {
      if ((await focused()) === name) return;
      await press('Tab');
    }
    throw new Error(`no way by keyboard to ${name}: on ${await focused()}`);
  }

  async function fillKeyForm(name: string): Promise<void> {
    await button('Create key').click();
    await page.getByLabel('Name').fill(name);
    await page.getByRole('checkbox', { name: 'Detect faces' }).check();
  }
  const submitKey = (): Promise<void> =>
    page.getByRole('dialog').getByRole('button', { name: 'Create key' }).click();
  const shownSecret = async (): Promise<string> =>
    (await page.getByRole('region', { name: 'The key', exact: true }).textContent()) ?? '';

  it('makes and revokes a key by keyboard alone', async () => {
    await open('/keys');
    await press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await press('Enter');
    await tabTo('Create key');
    await press('Enter');
    await dialog('Create an API key').waitFor();
    // The focus is in the name at once.
    await page.waitForFunction('document.activeElement.tagName === "INPUT"');
    await page.keyboard.type('By hand');
    await press('Tab');
    await press('Space');
    await press('Enter');
    await dialog('Your new key').waitFor();
    await tabTo('I have stored it');
    await press('Enter');
    await page.getByRole('heading', { name: 'By hand' }).waitFor();
    expect(server.account.keys).toMatchObject([{ name: 'By hand', scopes: ['faces:detect'] }]);

    await tabTo('Revoke By hand');
    await press('Enter');
    await dialog('Revoke “By hand”?').waitFor();
    await page.waitForFunction('document.activeElement.textContent === "Keep it"');
    await press('Tab');
    await press('Enter');
    await says('“By hand” is revoked');
    expect(server.account.keys[0]?.revokedAt).not.toBeNull();
    // The button that was pressed is gone; the focus is on what it came to.
    await page.locator(':focus', { hasText: '“By hand” is revoked' }).waitFor();
  });

  it('forgets the secret of a key when its dialog closes', async () => {
    await open('/keys');
    await fillKeyForm('Secretive');
    await submitKey();
    const secret = await shownSecret();
    expect(secret).toMatch(/^nmk_live_\w+\.[\w-]{43}$/);
    const [, tail = ''] = secret.split('.');
    expect(await heapHolds(page, tail)).toBe(true);

    await button('I have stored it').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(tail);
    const stored = await page.evaluate<string>(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])',
    );
    expect(stored).not.toContain(tail);
    expect(await heapKeeps(page, tail)).toBe(false);
  });

  it('loses the secret to no slip', async () => {
    await open('/keys');
    await fillKeyForm('Careful');
    await submitKey();
    await dialog('Your new key').waitFor();
    await press('Escape');
    await page.mouse.click(5, 5);
    expect(await shownSecret()).toMatch(/^nmk_live/);
  });

  it('copies the line to try a key', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('/keys');
    await fillKeyForm('Copied');
    await submitKey();
    const secret = await shownSecret();
    await button('Copy The curl command').click();
    await says('Copied');
    const line = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(line).toContain(`curl ${server.url}/v1/faces/detect`);
    expect(line).toContain(secret);
  });

  it('keeps a form when the session ends, and goes on once one is signed in again', async () => {
    await open('/keys');
    await fillKeyForm('Patience');
    server.endSessions();
    await submitKey();
    await dialog('Your session has ended').waitFor();
    expect(await page.getByLabel('Name').inputValue()).toBe('Patience');

    const [tab] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('link', { name: 'Sign in with NamoID' }).click(),
    ]);
    await tab.getByRole('heading', { name: 'You are signed in again' }).waitFor();
    await tab.close();
    await dialog('Your new key').waitFor();
    expect(server.account.keys).toMatchObject([{ name: 'Patience' }]);
  });

  it('keeps a form whose user would not sign in again', async () => {
    await open('/keys');
    await fillKeyForm('Kept');
    server.endSessions();
    await submitKey();
    await dialog('Your session has ended').waitFor();
    await button('I am signed in again').click();
    await says('You are still signed out');
    await press('Escape');
    await button('Go on signed out').click();
    await dialog('Your session has ended').waitFor({ state: 'detached' });
    expect(await page.getByLabel('Name').inputValue()).toBe('Kept');
    expect(server.account.keys).toEqual([]);
    // Whoever asks again is asked again.
    await submitKey();
    await dialog('Your session has ended').waitFor();
  });

  it('sends nothing in the name of somebody else who signed in meanwhile', async () => {
    await open('/keys');
    await fillKeyForm('Mine');
    server.endSessions();
    await submitKey();
    await dialog('Your session has ended').waitFor();
    server.account.userId = '0190f1a0-0000-7000-8000-000000000002';
    await page.getByRole('link', { name: 'Sign in with NamoID' }).click();
    await dialog('Somebody else is signed in').waitFor();
    expect(server.account.keys).toEqual([]);
    await button('Open that account').click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    server.account.userId = '0190f1a0-0000-7000-8000-000000000001';
  });

  it('renews its proof after a sign-in in another tab', async () => {
    await open('/keys');
    await fillKeyForm('Renewed');
    const other = await page.context().newPage();
    await other.goto(`${server.url}/dashboard/sign-in`);
    await submitKey();
    await dialog('Your new key').waitFor();
  });

  it('says what is wrong with a form, and takes it afterwards', async () => {
    await open('/keys');
    await button('Create key').click();
    await submitKey();
    await says('Give the key a name.');
    await says('Choose at least one thing that it may do.');
    await page.getByLabel('Name').fill('x'.repeat(10_000));
    await page.getByRole('checkbox', { name: 'Read text' }).check();
    await submitKey();
    await says('At most 100 characters, please: this is 10,000.');
    await page.getByLabel('Name').fill('refused');
    await submitKey();
    await says('This name is taken.');
    await page.getByLabel('Name').fill('good');
    await submitKey();
    await dialog('Your new key').waitFor();
  });

  it('says that an answer never came, and keeps the form', async () => {
    await open('/keys');
    await fillKeyForm('Lost');
    server.fail('POST /keys', 'hang-up');
    await submitKey();
    await says('nomosly did not answer');
    await says('nobody has seen its secret');
    expect(await page.getByLabel('Name').inputValue()).toBe('Lost');
    server.repair();
    await submitKey();
    await dialog('Your new key').waitFor();
  });

  it('revokes in two tabs at once', async () => {
    server.account.fill();
    await open('/keys');
    await button('Revoke Checkout service').click();
    const key = server.account.keys.find(({ name }) => name === 'Checkout service');
    if (key !== undefined) key.revokedAt = new Date().toISOString();
    await button('Revoke key').click();
    await says('“Checkout service” is revoked');
  });

  it('shows a failure with its request, and tries again', async () => {
    const problem = { status: 500, code: 'internal', title: 'It broke', detail: 'Sorry.' };
    server.fail('GET /keys', { problem });
    await open('/keys');
    await says('It broke');
    await says('req-1');
    server.repair();
    await button('Try again').click();
    await says('No key yet');
  });

  it('says that it is offline', async () => {
    await open('/audit');
    await page.context().setOffline(true);
    await says('You are offline');
    await button('Check again').click();
    await says('Nothing was sent.');
    await page.context().setOffline(false);
    await page.getByText('What you see may be out of date.').waitFor({ state: 'detached' });
  });

  it('shows what a quota and a rate have come to', async () => {
    await open('/playground');
    await page.getByLabel('File: Image', { exact: true }).setInputFiles(PICTURE);
    const resetAt = '2030-01-01T00:00:00.000Z';
    const quota = {
      status: 429,
      code: 'quota_exceeded',
      limit: 100_000,
      used: 100_000,
      resetAt,
    };
    server.fail('POST /playground/faces/detect', { problem: quota });
    await button('Detect faces').click();
    await says('100,000 of 100,000 requests were used.');
    await says('00:00 UTC');
    const rate = { status: 429, code: 'rate_limited', retryAfter: 3 };
    server.fail('POST /playground/faces/detect', { problem: rate });
    await button('Detect faces').click();
    await says('Wait 3 s and try again.');
    server.repair();
    await button('Try again').click();
    await page.getByRole('heading', { name: '1 face' }).waitFor();
  });

  it('refuses a file before it is sent', async () => {
    await open('/playground');
    const input = page.getByLabel('File: Image', { exact: true });
    const buffer = Buffer.alloc(6 * 1024 * 1024);
    await input.setInputFiles({ name: 'huge.png', mimeType: 'image/png', buffer });
    await says('“huge.png” has 6 MB. An image may have at most 5 MB.');
    expect(await button('Detect faces').isDisabled()).toBe(true);
  });

  it('says how long it takes, and can be told to stop', async () => {
    await open('/playground');
    await page.getByLabel('File: Image', { exact: true }).setInputFiles(PICTURE);
    server.fail('POST /playground/faces/detect', 'hold');
    await button('Detect faces').click();
    await says('Still looking');
    await button('Cancel').click();
    await says('Nothing asked yet');
    server.repair();
    await button('Detect faces').click();
    await page.getByRole('heading', { name: '1 face' }).waitFor();
  });

  it('takes a picture that is pasted', async () => {
    await open('/playground');
    const bytes = readFileSync(PICTURE).toString('base64');
    await page.evaluate(`{
      const bytes = Uint8Array.from(atob('${bytes}'), (character) => character.charCodeAt(0));
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([bytes], 'pasted.jpg', { type: 'image/jpeg' }));
      document.dispatchEvent(new ClipboardEvent('paste', { clipboardData }));
    }`);
    await page.getByAltText('Image: pasted.jpg').waitFor();
  });

  it('lights up in the picture what is pointed at in the list, and the other way round', async () => {
    await open('/playground');
    await page.getByRole('radio', { name: 'Detect labels' }).check({ force: true });
    await page.getByLabel('File: Image', { exact: true }).setInputFiles(PICTURE);
    await button('Detect labels').click();
    await page.getByRole('button', { name: /^Rocket/ }).focus();
    const lit = page.locator('.annotated-shape[data-active=true]');
    await lit.waitFor();
    expect(await lit.count()).toBe(1);
    await page
      .locator('.annotated-shape')
      .first()
      .hover({ position: { x: 8, y: 100 } });
    await page.locator('.finding[data-active=true]', { hasText: 'Person' }).waitFor();
  });

  it('saves the use as a table', async () => {
    server.account.fill();
    await open('/usage');
    await page.getByRole('button', { name: 'CSV' }).click({ trial: true });
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^nomosly-usage-.*\.csv$/);
    const csv = readFileSync(await download.path(), 'utf8');
    expect(csv).toContain('date,key_id,key_name,operation,requests,errors\r\n');
    expect(csv).toContain('Checkout service,faces:detect,');
  });

  it('refuses a range that is none, and shows the use of one key', async () => {
    server.account.fill();
    await open('/usage');
    await page.getByText('Own', { exact: true }).click();
    await page.getByLabel('First day').fill('2020-01-01');
    await says('At most 366 days at once.');
    await page.getByText('7 days', { exact: true }).click();
    await page
      .getByRole('combobox', { name: 'Key' })
      .selectOption({ label: 'Document reader' });
    await page.getByRole('row', { name: /Document reader/ }).waitFor();
    expect(await page.getByRole('row', { name: /Checkout service/ }).count()).toBe(0);
  });

  it('loads older events', async () => {
    server.account.fill();
    await open('/audit');
    await button('Show older events').click();
    await page.locator('.audit-event').nth(59).waitFor();
    expect(await button('Show older events').count()).toBe(0);
  });

  it('remembers light and dark', async () => {
    await open('/account');
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true });
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
  });

  it('signs out, here and everywhere', async () => {
    await open('/keys');
    await button('Sign out').first().click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.goto(`${server.url}/dashboard/keys`);
    await page.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'API keys' }).waitFor();

    await page.getByRole('link', { name: 'Account' }).click();
    await button('Sign out everywhere').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });

  it('shows nothing any more in other tabs once one has signed out', async () => {
    await open('/keys');
    const other = await page.context().newPage();
    await other.goto(`${server.url}/dashboard/audit`);
    await other.getByRole('heading', { level: 1, name: 'Audit trail' }).waitFor();
    await button('Sign out').first().click();
    await other.getByRole('heading', { name: 'Sign in to the console' }).waitFor();
    await other.close();
  });

  it('asks nobody but its own service', async () => {
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(new URL(request.url()).origin));
    server.account.fill();
    for (const path of ['', '/keys', '/playground', '/usage', '/audit', '/account']) {
      await open(path);
    }
    expect([...asked]).toEqual([server.url]);
  });
});
