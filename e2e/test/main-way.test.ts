import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHROMIUM, inspect, launchChromium } from '@nomo/chromium';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { type Demo, RunningStack } from '../src/running-stack.ts';
import { signInAtNamoId } from '../src/sign-in.ts';

const SCREENSHOTS = path.resolve(import.meta.dirname, '../test-results/screenshots');

/** A photo of somebody. */
const PHOTO = path.resolve(
  import.meta.dirname,
  '../../packages/vision-engine/test/images/astronaut.jpg',
);

// Without a browser there is nobody to go this way; @nomo/chromium says so, loudly.
const inChromium = CHROMIUM === undefined ? describe.skip : describe;

inChromium('a customer of nomosly', () => {
  let stack: RunningStack;
  let demo: Demo;
  let chromium: Browser;
  let context: BrowserContext;
  let page: Page;
  let key: string;
  /** Addresses that the pages have asked for, but for those of the two services. */
  const strangers: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    stack = await RunningStack.start();
    demo = stack.demo;
    chromium = await launchChromium();
    context = await chromium.newContext({ viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    const own = [demo.vision.url, demo.identity.url];
    page.on('request', (request) => {
      const url = request.url();
      if (/^https?:/.test(url) && !own.includes(new URL(url).origin)) strangers.push(url);
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // That nobody is signed in is how the way begins and ends.
      const known = message.text().includes('the server responded with a status of 401');
      if (message.type() === 'error' && !known) complaints.push(message.text());
    });
    await mkdir(SCREENSHOTS, { recursive: true });
  });
  afterAll(async () => {
    await chromium.close();
    await stack[Symbol.asyncDispose]();
  });

  const open = (where: string): Promise<unknown> =>
    page.goto(`${demo.vision.url}/dashboard${where}`);
  const picture = (name: string): Promise<unknown> =>
    page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });

  /** What somebody without a browser gets who asks about the photo. */
  async function askWith(apiKey: string): Promise<{ status: number; body: unknown }> {
    const form = new FormData();
    form.set('image', new Blob([await readFile(PHOTO)], { type: 'image/jpeg' }), 'photo.jpg');
    const response = await fetch(`${demo.vision.url}/v1/faces/detect`, {
      method: 'POST',
      headers: { 'x-api-key': apiKey },
      body: form,
    });
    return { status: response.status, body: await response.json() };
  }

  it('is asked to sign in, and does so at NamoID', async () => {
    await open('/keys');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.waitForURL(`${demo.identity.issuer}/**`);
    await picture('1-sign-in-at-namoid');
    await signInAtNamoId(page, demo);
  });

  it('allows the console to know who it is, and is back where the way began', async () => {
    await page.getByRole('button', { name: 'Allow' }).waitFor();
    await picture('2-consent');
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${demo.vision.url}/dashboard/keys`);
    await page.getByRole('heading', { name: 'API keys' }).waitFor();
    const [session] = (await context.cookies(`${demo.vision.url}/dashboard`)).filter(
      ({ name }) => name === '__Secure-nomosly-session',
    );
    expect(session).toMatchObject({
      path: '/dashboard',
      httpOnly: true,
      secure: true,
      sameSite: 'Lax',
    });
  });

  it('makes a key, and sees its secret once', async () => {
    await page.getByRole('button', { name: 'Create key' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('checkout service');
    await dialog.getByLabel('Detect faces').check();
    await picture('3-new-key');
    await dialog.getByRole('button', { name: 'Create key' }).click();
    await dialog.getByText('Copy the key now').waitFor();
    key =
      /nmk_live_[0-9A-Za-z]{22}\.[\w-]{43}[0-9A-Za-z]{6}/.exec(
        (await dialog.textContent()) ?? '',
      )?.[0] ?? '';
    expect(key).not.toBe('');
    await dialog.getByRole('button', { name: 'I have stored it' }).click();
    await dialog.waitFor({ state: 'detached' });
    const secret = key.slice(key.indexOf('.') + 1);
    expect(await page.content()).not.toContain(secret);
    expect(
      await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])'),
    ).not.toContain(secret);
  });

  it('uses the key from a program', async () => {
    const { status, body } = await askWith(key);
    expect(status).toBe(200);
    expect(body).toMatchObject({ faces: [{ confidence: expect.any(Number) }] });
  });

  it('sees the use appear', async () => {
    await open('/usage');
    const row = page.getByRole('row').filter({ hasText: 'checkout service' });
    // The worker writes it within a second or so; a page that is open does not know.
    await eventually(async () => {
      await page.reload();
      await row.first().waitFor({ timeout: 2_000 });
    });
    await inspectInto('usage');
    await open('');
    await page.getByText('checkout service').first().waitFor();
    await inspectInto('overview');
  });

  it('tries the playground with a photo', async () => {
    await open('/playground');
    await page.locator('input[type=file]').first().setInputFiles(PHOTO);
    await page.getByRole('button', { name: /^(Ask|Run|Detect)/ }).click();
    await page
      .getByText(/1 face/i)
      .first()
      .waitFor();
    await inspectInto('playground');
  });

  it('reads in the audit trail what was done', async () => {
    await open('/audit');
    await page.getByText('checkout service').first().waitFor();
    await page
      .getByText(/verified/i)
      .first()
      .waitFor();
    await inspectInto('audit');
  });

  it('revokes the key, and the next request is refused', async () => {
    await open('/keys');
    await page.getByRole('button', { name: 'Revoke checkout service' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke key' }).click();
    await page.getByText('“checkout service” is revoked').waitFor();
    await picture('4-revoked');
    expect(await askWith(key)).toMatchObject({
      status: 401,
      body: { code: 'invalid_api_key' },
    });
  });

  it('signs out, and is asked to sign in again', async () => {
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    await page.waitForURL(`${demo.vision.url}/dashboard/signed-out`);
    await picture('5-signed-out');
    await open('');
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    // NamoID has ended its session too: it asks for the password again.
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Password').waitFor();
  });

  it('was shown nothing of anybody else, and nothing that a browser objects to', () => {
    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
  });

  /** Tries again what takes a moment to become true, for half a minute at most. */
  async function eventually(attempt: () => Promise<void>): Promise<void> {
    const end = performance.now() + 30_000;
    for (;;) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (performance.now() > end) throw error;
      }
    }
  }

  async function inspectInto(name: string): Promise<void> {
    expect(await inspect(page, SCREENSHOTS, name)).toEqual([]);
  }
});
