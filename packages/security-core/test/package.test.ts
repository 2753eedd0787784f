import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import * as everything from '../src/index.js';
import { apiReport } from './api-report.mjs';
import { claimsOf, findExamples } from './documentation.js';

const root = join(import.meta.dirname, '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, { types: string; default: string }>;
};

/** Runs npm as a stranger has it: none of this workspace's settings, and no network. */
function npm(folder: string, ...args: string[]): string {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_/iu.test(name)),
  );
  const options = ['--offline', '--no-audit', '--no-fund', '--loglevel=error'];
  return execFileSync('npm', [...args, ...options], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...environment, npm_config_cache: join(folder, '.npm-cache') },
  });
}

describe('the package, as a stranger installs it', () => {
  let folder: string;
  let files: string[];
  const installed = (path: string) =>
    readFileSync(join(folder, 'node_modules/@nomo/security-core', path), 'utf8');

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'security-core-'));
    const packed = npm(
      root,
      'pack',
      '--json',
      '--ignore-scripts',
      '--pack-destination',
      folder,
    );
    const [tarball] = JSON.parse(packed) as { filename: string; files: { path: string }[] }[];
    files = tarball?.files.map(({ path }) => path) ?? [];
    writeFileSync(join(folder, 'package.json'), '{ "name": "stranger", "type": "module" }');
    npm(folder, 'install', join(folder, tarball?.filename ?? ''));
  }, 120_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(join(root, '.npm-cache'), { recursive: true, force: true });
  });

  it('contains what it exports and its page, and nothing else', () => {
    for (const { types, default: script } of Object.values(manifest.exports)) {
      expect(files).toContain(types.slice(2));
      expect(files).toContain(script.slice(2));
    }
    const others = files.filter((path) => !/^dist\/[\w./-]+\.(js|d\.ts)$/u.test(path));
    expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
    expect(files.filter((path) => /spec|test/u.test(path))).toEqual([]);
  });

  it('brings its licence with it, the one of this repository', () => {
    const licence = installed('LICENSE');
    expect(licence).toContain('Apache License');
    expect(licence).toBe(readFileSync(join(root, '../../LICENSE'), 'utf8'));
  });

  it('asks an installer for nothing: neither another package, nor a script to run', () => {
    const packed = JSON.parse(installed('package.json')) as Record<string, unknown> & {
      scripts: object;
    };
    // `catalog:` is a word that pnpm alone understands. Development's are not installed.
    const { devDependencies: _development, ...rest } = packed;
    expect(JSON.stringify(rest)).not.toMatch(/catalog:|workspace:/u);
    expect(Object.keys(rest).filter((field) => /dependencies/iu.test(field))).toEqual([]);
    expect(Object.keys(packed.scripts).filter((name) => /install|prepare/u.test(name))).toEqual(
      [],
    );
  });

  it('imports nothing but Node', () => {
    for (const path of files.filter((file) => file.endsWith('.js'))) {
      const code = installed(path);
      for (const [, module = ''] of code.matchAll(/(?:from|import\()\s*['"]([^'"]+)['"]/gu)) {
        if (!module.startsWith('@nomo/security-core/')) {
          expect(module).toMatch(/^(\.{1,2}\/.*\.js|node:.*)$/u);
        }
        if (module.startsWith('node:')) {
          expect(builtinModules).toContain(module.slice('node:'.length));
        }
      }
    }
  });

  it('runs every example of the page and of the doc comments, and keeps what they claim', () => {
    const examples = findExamples();
    expect(examples.length).toBeGreaterThan(25);
    expect(examples.reduce((sum, example) => sum + claimsOf(example), 0)).toBeGreaterThan(50);
    for (const { name, program } of examples) {
      writeFileSync(join(folder, `${name}.ts`), program);
    }
    const run = examples.map(
      ({ name }) => `await import('./${name}.ts').catch((error) => {
      throw new Error('${name}', { cause: error });
    });`,
    );
    writeFileSync(join(folder, 'run.mjs'), `${run.join('\n')}\nconsole.log('all ran');\n`);
    const output = execFileSync(process.execPath, ['--no-warnings', 'run.mjs'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(output).toBe('all ran\n');
  });

  it('shows at its root all that its entries show', async () => {
    const shown = new Set<string>();
    for (const entry of Object.keys(manifest.exports)) {
      const module = (await import(
        new URL(`../${manifest.exports[entry]?.default ?? ''}`, import.meta.url).href
      )) as object;
      Object.keys(module).forEach((name) => shown.add(name));
    }
    expect(Object.keys(everything).sort()).toEqual(Array.from(shown).sort());
    const page = readFileSync(join(root, 'README.md'), 'utf8');
    for (const name of shown) {
      expect(page).toContain(name);
    }
  });
});

describe('the rule for secret scanners', () => {
  it('finds what apiKeyPattern finds', () => {
    const page = readFileSync(join(root, 'README.md'), 'utf8');
    const [, rule = ''] = /^regex = '''(.*)'''$/mu.exec(page) ?? [];
    // Go's regular expressions, which scanners use, have no need of our groups' names.
    expect(rule).toBe(
      everything.apiKeyPattern.source
        .replace(/\(\?<id>(.*?)\(\?<mode>(.*?)\)(.*?)\)/u, '$1(?:$2)$3')
        .replace(/\(\?<secret>(.*?)\)/u, '$1'),
    );
  });
});

describe('the public face', () => {
  it('is the one in api-report.txt: "pnpm run api-report" writes it anew', () => {
    expect(apiReport()).toBe(readFileSync(join(root, 'api-report.txt'), 'utf8'));
  });
});
