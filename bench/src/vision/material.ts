import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { pages } from './images/pages.ts';

/** A picture of text, and what is written on it. */
export interface ShownPage {
  readonly path: string;
  readonly lines: readonly string[];
}

/** What is asked of a contender; it need not know all of it. */
export type Question = 'faces' | 'compare' | 'labels' | 'text';

/** What all contenders are shown; paths name files. */
export interface Material {
  readonly photos: readonly string[];
  readonly pages: readonly ShownPage[];
}

/** The photographs that come with face-api, and the pages beside `images/pages.ts`. */
export function material(quick: boolean): Material {
  const require = createRequire(import.meta.url);
  const faceApi = pathToFileURL(require.resolve('@vladmandic/face-api/package.json'));
  const photos = [1, 2, 3, 4, 5, 6].map(
    (n) => new URL(`demo/sample${n}.jpg`, faceApi).pathname,
  );
  const texts = pages.map(({ file, lines }) => ({
    path: new URL(`images/${file}`, import.meta.url).pathname,
    lines,
  }));
  return quick
    ? { photos: photos.slice(0, 2), pages: texts.slice(2, 4) }
    : { photos, pages: texts };
}

/**
 * How many different calls a question has with this material. A comparison takes a photo
 * and the next one; the others take one picture each.
 */
export function callsOf(question: Question, { photos, pages: texts }: Material): number {
  return question === 'text' ? texts.length : photos.length;
}
