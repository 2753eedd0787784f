import { readdir, readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';

import { endpointRules, ruleNames } from '../src/lib/endpoint-rules.js';

const folder = new URL('../src/lib/rules/', import.meta.url);
const places = Object.keys(endpointRules) as (keyof typeof endpointRules)[];

/** Part of a rule, rather than one. */
const parts = ['rule', 'scope-syntax', 'signature-algorithms'];

const files = (await readdir(folder))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .map((name) => name.slice(0, -'.ts'.length))
  .sort();

const fileOf = new Map<string, string>();
for (const file of files) {
  const exported = (await import(`../src/lib/rules/${file}.js`)) as Record<string, unknown>;
  for (const name of Object.keys(exported)) fileOf.set(name, file);
}

/** A row for each rule, in order of its first use; a column for each place. */
function renderTable(): string {
  const names = [...new Set(places.flatMap((place) => ruleNames(place)))];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    row(['rule', ...places.map((_, index) => String.fromCharCode(65 + index))]),
    row(['---', ...places.map(() => ':-:')]),
    ...names.map((name) =>
      row([
        `[${name}](src/lib/rules/${fileOf.get(name) ?? '?'}.ts)`,
        ...places.map((place) => (ruleNames(place).includes(name) ? '●' : '')),
      ]),
    ),
  ].join('\n');
}

const squeeze = (markdown: string): string =>
  markdown.replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---').replaceAll(/:-+:/g, ':-:');

describe('the table of rules and endpoints', () => {
  it('stands in the README as the handlers run them', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    expect(squeeze(readme)).toContain(squeeze(renderTable()));
    places.forEach((place, index) => {
      expect(readme).toContain(`${String.fromCharCode(65 + index)} ${place}`);
    });
  });

  it('knows every rule there is', () => {
    const used = new Set(
      places.flatMap((place) => ruleNames(place)).map((name) => fileOf.get(name)),
    );
    expect(files.filter((file) => !used.has(file) && !parts.includes(file))).toEqual([]);
    expect([...used]).not.toContain(undefined);
  });

  it.each(files.filter((file) => file !== 'rule'))(
    '%s names the section it is from',
    async (file) => {
      const source = await readFile(new URL(`${file}.ts`, folder), 'utf8');
      expect(source).toMatch(/(RFC \d{4}|OpenID Connect|RP-Initiated Logout|OAuth 2\.0)[^.;]*/);
      expect(source).toMatch(/§\d/);
    },
  );
});
