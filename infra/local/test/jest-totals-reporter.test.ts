import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';

import { afterEach, beforeEach, expect, it } from '@jest/globals';

import { type PackageTotals } from '../src/totals.ts';

const REPORTER = path.resolve(import.meta.dirname, '../jest-totals-reporter.mjs');
const JEST = createRequire(import.meta.url).resolve('jest/bin/jest');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'nomo-reporter-'));
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "@nomo/example" }');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What Jest itself leaves of a package with these files. */
function totalsOf(files: Readonly<Record<string, string>>): PackageTotals {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(path.join(folder, name), text);
  }
  const results = path.join(folder, 'results');
  spawnSync(process.execPath, [JEST, '--rootDir', folder, '--reporters', REPORTER], {
    cwd: folder,
    env: { ...process.env, NOMO_TEST_RESULTS: results },
    timeout: 60_000,
  });
  return JSON.parse(
    readFileSync(path.join(results, '@nomo__example.json'), 'utf8'),
  ) as PackageTotals;
}

it('names what failed in tests, after them and before them', () => {
  const totals = totalsOf({
    'a.test.js': `
      it('adds', () => { expect(1 + 1).toBe(3); });
      it('is right', () => {});
      it.todo('subtracts');
      afterAll(() => { throw new Error('not closed'); });`,
    'b.test.js': `throw new Error('not loaded');`,
  });
  expect(totals).toMatchObject({ package: '@nomo/example', passed: 1, skipped: 1 });
  const { failures } = totals;
  const said = (test: string): string | undefined =>
    failures.find((failure) => failure.test === test)?.message;
  expect(failures.map(({ file, test }) => `${file}: ${test}`).toSorted()).toEqual([
    'a.test.js: adds',
    'a.test.js: outside its tests',
    'b.test.js: did not load',
  ]);
  expect(said('adds')).toContain('Expected: 3');
  expect(said('outside its tests')).toContain('not closed');
  expect(said('did not load')).toContain('not loaded');
  expect(totals.failed).toBe(failures.length);
}, 90_000);

it('leaves nothing to name where all is well', () => {
  const totals = totalsOf({ 'a.test.js': `it('adds', () => {});` });
  expect(totals).toEqual({
    ...{ package: '@nomo/example', passed: 1, failed: 0, skipped: 0 },
    failures: [],
  });
}, 90_000);

it('ends a Jest that something left open would keep running, and says what', () => {
  writeFileSync(
    path.join(folder, 'a.test.js'),
    `it('listens', (done) => { require('node:net').createServer().listen(0, done); });`,
  );
  writeFileSync(
    path.join(folder, 'jest.config.json'),
    JSON.stringify({ reporters: [[REPORTER, { leftOpenMs: 500 }]] }),
  );
  const { status, stderr } = spawnSync(process.execPath, [JEST, '--runInBand'], {
    cwd: folder,
    env: { ...process.env, NOMO_TEST_RESULTS: '' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toMatch(/what they left open keeps Jest running: .*TCPServerWrap/);
  expect(status).toBe(1);
}, 90_000);
