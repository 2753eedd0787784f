import { describe, expect, it } from '@jest/globals';

import { addUp, failedTasks, totalsLine, type TurboTask } from './totals.ts';

const task = (taskId: string, exitCode: number | null | undefined = 0): TurboTask => {
  const [name = '', kind = ''] = taskId.split('#');
  return { taskId, package: name, task: kind, execution: { exitCode } };
};
const tests = (name: string, passed: number, failed = 0, skipped = 0) => ({
  package: name,
  passed,
  failed,
  skipped,
  failures: [],
});

describe('addUp', () => {
  it('adds the tests of all packages and one for each other check', () => {
    const tasks = [
      task('a#build'),
      task('a#lint'),
      task('a#test'),
      task('b#generate'),
      task('b#typecheck'),
      task('b#test'),
      task('//#lint:format'),
    ];
    expect(addUp(tasks, [tests('a', 10), tests('b', 5, 0, 2)], true)).toEqual({
      passed: 18,
      failed: 0,
      skipped: 2,
    });
  });

  it('counts failed tests and failed checks', () => {
    const tasks = [task('a#test', 1), task('a#lint', 1), task('a#typecheck')];
    expect(addUp(tasks, [tests('a', 7, 3)], false)).toEqual({
      passed: 8,
      failed: 4,
      skipped: 0,
    });
  });

  it('counts a package that did not build', () => {
    expect(addUp([task('a#build', 2)], [], false)).toEqual({
      passed: 0,
      failed: 1,
      skipped: 0,
    });
  });

  it('counts a test run that crashed before it could report', () => {
    expect(addUp([task('a#test', 1)], [], false).failed).toBe(1);
  });

  it('counts a test run that failed though every test passed', () => {
    expect(addUp([task('a#test', 1)], [tests('a', 4)], false)).toEqual({
      passed: 4,
      failed: 1,
      skipped: 0,
    });
  });

  it('never says that nothing failed when the run as a whole did', () => {
    expect(addUp([], [], false).failed).toBe(1);
    expect(addUp([task('a#lint')], [], false).failed).toBe(1);
  });

  it('counts a task that was ended by a signal, or not run at all', () => {
    const notRun: TurboTask = { taskId: 'a#lint', package: 'a', task: 'lint', execution: null };
    expect(addUp([task('a#typecheck', null), notRun], [], false).failed).toBe(2);
    const ended = task('a#typecheck', null);
    expect(failedTasks([ended, notRun, task('b#lint')])).toEqual([ended, notRun]);
  });
});

describe('totalsLine', () => {
  it('mentions skipped tests only when there are any', () => {
    expect(totalsLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
    expect(totalsLine({ passed: 3, failed: 1, skipped: 2 })).toBe(
      '3 passed, 1 failed, 2 skipped',
    );
  });
});
