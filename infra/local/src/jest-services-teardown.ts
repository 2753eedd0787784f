import './jest-services.ts';

/** Jest's global tear-down: gives back what `@nomo/local/jest-services` has claimed. */
export default async function tearDown(): Promise<void> {
  await globalThis.nomoServices?.close();
}
