import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { openLayout } from '../src/layout.ts';
import { stopServices } from '../src/services.ts';
import { findFreePort } from '../src/testing/free-port.ts';
import { endScripts, runScript } from './processes.ts';

/** A checkout with a stand-in for turbo, which is other people's: what it reports is in a file. */
let root: string;

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'nomo-test-'));
  chmodSync(root, 0o711);
  const bin = path.join(root, 'node_modules', '.bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(root, 'package.json'), '{"type":"module"}');
  writeFileSync(
    path.join(bin, 'turbo'),
    `#!${process.execPath}
    import fs from 'node:fs';
    if (process.argv.includes('--summarize')) {
      const { tasks } = JSON.parse(fs.readFileSync('report.json', 'utf8'));
      const { NOMO_TEST_RESULTS: results } = process.env;
      const failures = [{ file: 'src/a.spec.ts', test: 'adds', message: 'Expected: 1' }];
      const totals = { package: '@nomo/a', passed: 3, failed: 1, skipped: 0, failures };
      fs.writeFileSync(results + '/a.json', JSON.stringify(totals));
      fs.writeFileSync('summary.json', JSON.stringify({ tasks }));
      console.log('@nomo/b:typecheck: b.ts(1,1): error');
      console.log('   Summary:    ' + process.cwd() + '/summary.json');
      process.exitCode = 1;
    }`,
    { mode: 0o755 },
  );
});
afterEach(async () => {
  endScripts();
  await stopServices(openLayout(path.join(root, '.local'), root));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

describe('npm test', () => {
  it('says what failed right above the totals, and nothing that passed', async () => {
    const task = (taskId: string, exitCode: number): unknown => {
      const [name, kind] = taskId.split('#');
      return { taskId, package: name, task: kind, execution: { exitCode } };
    };
    const tasks = [
      task('@nomo/a#test', 1),
      task('@nomo/a#lint', 0),
      task('@nomo/b#typecheck', 2),
    ];
    writeFileSync(path.join(root, 'report.json'), JSON.stringify({ tasks }));
    const { code, output } = await runScript(`
      const { test } = await source('src/commands/test.ts');
      const { openLayout } = await source('src/layout.ts');
      const { Progress } = await source('src/progress.ts');
      process.exit(await test({
        layout: openLayout(${JSON.stringify(path.join(root, '.local'))}, ${JSON.stringify(root)}),
        settings: { postgresPort: ${await findFreePort()}, redisPort: ${await findFreePort()} },
        progress: new Progress(process.stdout),
        signal: new AbortController().signal,
        apps: [],
      }));
    `).done;
    expect(code).toBe(1);
    expect(output).toMatch(/PostgreSQL on \d+ stopped\n/);
    expect(output.split('\n').slice(-9)).toEqual([
      '@nomo/a#test',
      '  src/a.spec.ts › adds',
      '    Expected: 1',
      '@nomo/b#typecheck',
      '  b.ts(1,1): error',
      '✗ What failed: @nomo/a#test, @nomo/b#typecheck',
      '',
      '4 passed, 2 failed',
      '',
    ]);
  }, 60_000);
});
