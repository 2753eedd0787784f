import { describe, expect, it } from '@jest/globals';

import { failureReport } from './failures.ts';
import { type PackageTotals, type TestFailure } from './totals.ts';

const failed = (name: string, task: string) => ({
  taskId: `${name}#${task}`,
  package: name,
  task,
  execution: { exitCode: 1 },
  logFile: `${name}/${task}.log`,
});
const totals = (failures: readonly TestFailure[]): PackageTotals[] => [
  { package: 'a', passed: 1, failed: failures.length, skipped: 0, failures },
];
const numbered = (count: number): string =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n');

describe('failureReport', () => {
  it('says of a test where it is and what was expected, without colours', () => {
    const message =
      'Error: \u001b[2mexpect(\u001b[31m3\u001b[39m)\u001b[22m\n\n    at a.ts:1:1';
    const failures = [{ file: 'test/a.test.ts', test: 'a adds', message }];
    const report = failureReport([failed('a', 'test')], totals(failures), () => 'log');
    expect(report).toBe(
      'a#test\n  test/a.test.ts › a adds\n    Error: expect(3)\n        at a.ts:1:1\n',
    );
  });

  it('has the end of the log of anything else', () => {
    const report = failureReport([failed('a', 'lint')], totals([]), (file) =>
      file === 'a/lint.log' ? numbered(100) : '',
    );
    expect(report.split('\n')).toHaveLength(1 + 40 + 1);
    expect(report).toMatch(/^a#lint\n {2}line 61\n/);
    expect(report).toMatch(/\n {2}line 100\n$/);
  });

  it('has the end of the log of tests that failed without one that did', () => {
    expect(failureReport([failed('a', 'test')], totals([]), () => 'crashed')).toBe(
      'a#test\n  crashed\n',
    );
    expect(failureReport([failed('b', 'test')], totals([]), () => '')).toBe(
      'b#test\n  It printed nothing.\n',
    );
  });

  it('stays short where much failed', () => {
    const failures = Array.from({ length: 25 }, (_, index) => ({
      file: 'a.spec.ts',
      test: `test ${index + 1}`,
      message: numbered(100),
    }));
    const lines = failureReport([failed('a', 'test')], totals(failures), () => '').split('\n');
    expect(lines).toHaveLength(1 + 20 * (1 + 30) + 1 + 1);
    expect(lines.at(-2)).toBe('  and 5 more');
  });
});
