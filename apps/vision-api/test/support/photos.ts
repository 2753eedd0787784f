import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const demo = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
  'demo',
);

/** A photograph of real people that comes with a development dependency: 1 to 6. */
export function photo(number: 1 | 2 | 3 | 4 | 5 | 6): Buffer {
  return readFileSync(path.join(demo, `sample${number}.jpg`));
}
