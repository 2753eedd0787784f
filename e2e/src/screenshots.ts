/**
 * Takes the pictures of the console that README.md shows: `pnpm -C e2e run screenshots`, after a
 * build. Starts the product with a state of its own, and pretends a month of use.
 */
import { CHROMIUM, launchChromium } from '@nomo/chromium';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Client } from 'pg';
import { type Page } from 'playwright-core';
import { type Demo, RunningStack } from './running-stack.ts';
import { signInAtNamoId } from './sign-in.ts';

const images = path.resolve(import.meta.dirname, '../../docs/images');
const photo = path.resolve(
  import.meta.dirname,
  '../../packages/vision-engine/test/images/astronaut.jpg',
);

if (CHROMIUM === undefined) process.exit(1);
await using stack = await RunningStack.start();
await pretendUse(stack.demo);
await mkdir(images, { recursive: true });
const chromium = await launchChromium();
try {
  const context = await chromium.newContext({
    viewport: { width: 1280, height: 880 },
    deviceScaleFactor: 1.5,
    colorScheme: 'light',
  });
  const page = await context.newPage();
  await page.goto(`${stack.demo.vision.url}/dashboard`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await signInAtNamoId(page, stack.demo);
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByText('demo').first().waitFor();
  await save(page, 'console-overview');
  await page.goto(`${stack.demo.vision.url}/dashboard/playground`);
  await page.locator('input[type=file]').first().setInputFiles(photo);
  await page.getByRole('button', { name: /^(Ask|Run|Detect)/ }).click();
  await page
    .getByText(/1 face/i)
    .first()
    .waitFor();
  await save(page, 'console-playground');
} finally {
  await chromium.close();
}

async function save(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  const file = path.join(images, `${name}.jpg`);
  await page.screenshot({ path: file, quality: 88, animations: 'disabled' });
  process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
}

/** A month of answered requests by the demo's key, a few of them refused; fewer at weekends. */
async function pretendUse({ vision, postgres }: Demo): Promise<void> {
  const url = new URL(postgres.adminUrl);
  url.pathname = '/vision';
  const owner = new Client({ connectionString: url.href });
  await owner.connect();
  await owner.query(
    `INSERT INTO usage_records (user_id, event_id, key_id, operation, status, occurred_at)
     SELECT k.user_id, gen_random_uuid(), k.id, asked.operation,
       CASE WHEN (n * 7 + day) % 53 = 0 THEN 422 ELSE 200 END,
       date_trunc('hour', now()) - make_interval(days => day, mins => n % 240)
     FROM api_keys k
     CROSS JOIN generate_series(0, 29) AS day
     CROSS JOIN (VALUES ('faces:detect', 5), ('faces:compare', 3), ('labels:detect', 2), ('text:detect', 1))
       AS asked (operation, share)
     CROSS JOIN LATERAL generate_series(1, asked.share *
       CASE WHEN extract(isodow FROM now() - make_interval(days => day)) > 5 THEN 9 ELSE 31 - day / 2 END) AS n
     WHERE k.id = $1`,
    [vision.keyId],
  );
  await owner.query('UPDATE api_keys SET last_used_at = now() WHERE id = $1', [vision.keyId]);
  await owner.end();
}
