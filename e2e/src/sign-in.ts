import { type Page } from 'playwright-core';
import { type Demo } from './running-stack.ts';

/** Signs the demo's user in at NamoID, from its sign-in page on; the consent is still to be given. */
export async function signInAtNamoId(page: Page, { identity }: Demo): Promise<void> {
  await page.waitForURL(`${identity.issuer}/**`);
  await page.getByLabel('E-mail address').fill(identity.user.email);
  await page.getByLabel('Password').fill(identity.user.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
