import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { type Layout, readIfThere, writePrivately } from './layout.ts';

/**
 * A key that data of this machine is sealed with: made when it is first asked for, kept in
 * the local folder, readable for its owner alone.
 *
 * @param name lowercase letters and hyphens
 * @returns 32 random bytes in base64url
 */
export function localKey(layout: Layout, name: string): string {
  const folder = path.join(layout.local, 'keys');
  const file = path.join(folder, name);
  const known = readIfThere(file)?.trim() ?? '';
  if (known !== '') return known;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = randomBytes(32).toString('base64url');
  writePrivately(file, `${key}\n`);
  return key;
}
