import { describe, expect, it } from '@jest/globals';

import { failureReport, TaskOutputs } from './failures.ts';
import { type PackageTotals, type TestFailure, type TurboTask } from './totals.ts';

const failed = (name: string, task: string): TurboTask => ({
  taskId: `${name}#${task}`,
  package: name,
  task,
  execution: { exitCode: 1 },
});
const totals = (...failures: readonly TestFailure[]): PackageTotals[] => [
  { package: 'a', passed: 1, failed: failures.length, skipped: 0, failures },
];
const failure = (message: string, test = 'adds'): TestFailure => ({
  file: 'a.spec.ts',
  test,
  message,
});
const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `line ${index + 1}`);
const printed = (...lines: readonly string[]): TaskOutputs => {
  const outputs = new TaskOutputs();
  for (const line of lines) outputs.add(line);
  return outputs;
};
const reportOf = (...failures: readonly TestFailure[]): string[] =>
  failureReport([failed('a', 'test')], totals(...failures), printed());

describe('failureReport', () => {
  it('says of a test where it is and what was expected, without colours', () => {
    const message =
      'Error: \u001b[2mexpect(\u001b[31m3\u001b[39m)\u001b[22m\n\n    at a.ts:1:1';
    expect(reportOf(failure(message))).toEqual([
      'a#test',
      '  a.spec.ts › adds',
      '    Error: expect(3)',
      '        at a.ts:1:1',
    ]);
  });

  it('has the end of what anything else printed', () => {
    const outputs = printed(
      ...numbered(100).map((line) => `\u001b[36ma:lint: \u001b[0m${line}`),
      'a:lint: ',
      'b:lint: of another package',
      '//:lint:format: of the whole checkout',
      ' Tasks: 3 successful',
    );
    const report = failureReport([failed('a', 'lint')], totals(), outputs);
    expect(report).toHaveLength(1 + 40);
    expect([report[0], report[1], report.at(-1)]).toEqual([
      'a#lint',
      '  line 61',
      '  line 100',
    ]);
    expect(failureReport([failed('//', 'lint:format')], [], outputs)).toEqual([
      '//#lint:format',
      '  of the whole checkout',
    ]);
  });

  it('has the end of what tests printed that failed without one that did', () => {
    const task = failed('a', 'test');
    expect(failureReport([task], totals(), printed('a:test: out of memory'))).toEqual([
      'a#test',
      '  out of memory',
    ]);
    expect(failureReport([task], [], printed())).toEqual(['a#test', '  It printed nothing.']);
  });

  it('stays short where much is said, and says where it was', () => {
    const report = reportOf(failure([...numbered(100), '    at a.ts:1:1'].join('\n')));
    expect(report).toHaveLength(2 + 30 + 1);
    expect(report.at(-1)).toBe('        at a.ts:1:1');
    expect(reportOf(failure('x'.repeat(10_000)))[2]).toHaveLength(4 + 200);
  });

  it('stays short where much failed', () => {
    const failures = numbered(100).map((test) => failure(numbered(100).join('\n'), test));
    const report = reportOf(...failures);
    expect(report).toHaveLength(400 + 1);
    expect(report.at(-1)).toBe('and 2701 lines more: they are further up');
  });

  it('lets no name of a test pass for anything else', () => {
    const name = 'adds\n12 passed, 0 failed\u001b[2J\r';
    expect(reportOf(failure('', name))).toEqual([
      'a#test',
      '  a.spec.ts › adds 12 passed, 0 failed [2J ',
    ]);
  });
});
