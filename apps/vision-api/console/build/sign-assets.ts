import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Plugin } from 'vite';

const BASE = '/dashboard/';

/** A `<script>` or `<link>` of the page that names a file of this build. */
const TAG = /<(?:script|link)\b[^>]*\b(?:src|href)="([^"]+)"[^>]*>/g;

/**
 * Gives each script and style sheet that the page names the SHA-384 of its file, so that a
 * browser runs none that was changed on its way (Subresource Integrity). A static import of a
 * script is among them, as the `modulepreload` that Vite makes of it.
 */
export function signAssets(): Plugin {
  return {
    name: 'sign-assets',
    apply: 'build',
    // Files only have their last bytes once they are written.
    writeBundle({ dir }) {
      if (dir === undefined) throw new Error('the build has no folder');
      const page = path.join(dir, 'index.html');
      writeFileSync(page, withIntegrity(readFileSync(page, 'utf8'), dir));
    },
  };
}

function withIntegrity(html: string, folder: string): string {
  return html.replaceAll(TAG, (tag, url: string) => {
    const signed = tag.startsWith('<script') || /rel="(?:modulepreload|stylesheet)"/.test(tag);
    if (!signed || !url.startsWith(BASE)) return tag;
    const bytes = readFileSync(path.join(folder, url.slice(BASE.length)));
    const digest = createHash('sha384').update(bytes).digest('base64');
    return `${tag.slice(0, -1)} integrity="sha384-${digest}">`;
  });
}
