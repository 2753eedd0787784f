import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';

const DIST = path.resolve(import.meta.dirname, '../dist');
const BUDGET_BYTES = 200 * 1024;

const built = (file: string): Buffer => readFileSync(path.join(DIST, file));
const html = built('index.html').toString();
const assets = readdirSync(path.join(DIST, 'assets'));

const Manifest = z.record(
  z.string(),
  z.object({ file: z.string(), imports: z.array(z.string()).default([]) }),
);
const manifest = Manifest.parse(JSON.parse(built('.vite/manifest.json').toString()));

/** The files of a module and of all that it imports before it runs. */
function filesOf(module: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[module];
  if (chunk === undefined) throw new Error(`no module ${module}`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const imported of chunk.imports) filesOf(imported, found);
  return found;
}

const gzipped = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(built(file), { level: 9 }).length, 0);

describe('the built pages', () => {
  it('are usable with less than 200 KB of JavaScript', () => {
    const first = filesOf('src/overview/overview-page.tsx', filesOf('index.html'));
    expect(gzipped(first)).toBeLessThan(BUDGET_BYTES);
    expect([...first].join()).not.toContain('chart');
  });

  it('have no script inside the page', () => {
    const scripts = [...html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)];
    expect(scripts).toHaveLength(1);
    for (const [, attributes, inside] of scripts) {
      expect(attributes).toContain('src="/dashboard/assets/');
      expect(inside).toBe('');
    }
    expect(html).not.toMatch(/\son\w+=|<style|style=|javascript:/);
  });

  it('leave room for the nonce of each answer', () => {
    expect(html).toContain('<meta name="csp-nonce" content="__CSP_NONCE__" />');
  });

  it('name the digest of each script and style sheet', () => {
    const tags = [...html.matchAll(/<(?:script|link)[^>]*>/g)]
      .map(([tag]) => tag)
      .filter((tag) => !tag.includes('rel="icon"'));
    expect(tags.length).toBeGreaterThan(1);
    for (const tag of tags) {
      const file = /(?:src|href)="\/dashboard\/([^"]+)"/.exec(tag)?.[1] ?? '';
      const digest = createHash('sha384').update(built(file)).digest('base64');
      expect(tag).toContain(`integrity="sha384-${digest}"`);
    }
  });

  it('name nothing that is elsewhere', () => {
    expect(html).not.toMatch(/(?:src|href)="(?!\/dashboard\/)/);
    for (const asset of assets.filter((name) => name.endsWith('.css'))) {
      const style = built(`assets/${asset}`).toString();
      expect(style).not.toContain('@import');
      expect(style).not.toMatch(/url\(["']?(?!data:)/);
    }
  });

  it('lie beside their compressed selves', () => {
    const text = assets.filter((name) => /\.(?:js|css|svg)$/.test(name));
    expect(text.length).toBeGreaterThan(10);
    for (const name of text) {
      const bytes = built(`assets/${name}`);
      expect(gunzipSync(built(`assets/${name}.gz`)).equals(bytes)).toBe(true);
      expect(brotliDecompressSync(built(`assets/${name}.br`)).equals(bytes)).toBe(true);
    }
  });

  it('bear a digest in their names, so that none ever changes', () => {
    const named = assets.filter((name) => !name.startsWith('licenses.md'));
    for (const name of named)
      expect(name.replace(/\.(?:gz|br)$/, '')).toMatch(/-[\w-]{8}\.[a-z]+$/);
  });

  it('come without source maps, and with the licences of what is in them', () => {
    expect(assets.filter((name) => name.endsWith('.map'))).toEqual([]);
    for (const name of assets.filter((asset) => asset.endsWith('.js'))) {
      expect(built(`assets/${name}`).toString()).not.toContain('sourceMappingURL');
    }
    expect(built('assets/licenses.md').toString()).toContain('@mantine/core');
  });
});
