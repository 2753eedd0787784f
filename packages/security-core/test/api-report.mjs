/**
 * The public face as text: the declarations that each entry of `exports` shows, without their
 * comments. `node test/api-report.mjs --write` puts it in api-report.txt, where a review sees
 * what a change does to it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..');

export function apiReport() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const entries = Object.entries(exports).map(([name, { types }]) => [name, join(root, types)]);
  const files = new Set();
  const visit = (file) => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, path] of declarations(file).matchAll(/from '(\.[^']*)\.js'/gu)) {
      visit(join(dirname(file), `${path}.d.ts`));
    }
  };
  entries.forEach(([, file]) => visit(file));
  return [
    ...entries.map(([name, file]) => `${name} -> ${relative(root, file)}`),
    ...Array.from(files).sort().map(section),
  ].join('\n');
}

function section(file) {
  return `\n${relative(root, file)}\n${declarations(file).replace(/^(?=.)/gmu, '    ')}`;
}

function declarations(file) {
  return readFileSync(file, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//gu, '')
    .replace(/^\/\/# .*$/gmu, '')
    .replace(/^\s*\n/gmu, '');
}

if (process.argv[2] === '--write') {
  writeFileSync(join(root, 'api-report.txt'), apiReport());
}
