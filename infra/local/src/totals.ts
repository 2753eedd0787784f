/** What jest-totals-reporter.mjs leaves for a package. */
export interface PackageTotals {
  readonly package: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly TestFailure[];
}

/** A test that failed, or what failed in a file outside its tests. */
export interface TestFailure {
  /** Relative to its package. */
  readonly file: string;
  readonly test: string;
  /** What Jest said of it, with the trace. */
  readonly message: string;
}

/** One task of a turbo run, as its summary has it. */
export interface TurboTask {
  /** `@nomo/limits#test`; `//#lint:format` for one of the root. */
  readonly taskId: string;
  readonly task: string;
  readonly package: string;
  /** Absent for a task that was not run. */
  readonly execution?: { readonly exitCode?: number | null } | null;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Tasks that prepare others. They count only when they fail. */
const PREPARATIONS = new Set(['build', 'generate']);

/**
 * Adds up a whole run: the tests of every package, and one for each other check.
 *
 * A task that failed counts as at least one failure, whatever its package reported, and
 * so does a run that failed as a whole without a task to blame.
 */
export function addUp(
  tasks: readonly TurboTask[],
  packages: readonly PackageTotals[],
  runSucceeded: boolean,
): Totals {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const task of tasks) {
    const succeeded = task.execution?.exitCode === 0;
    const tests = testsOf(task, packages);
    if (tests !== undefined) {
      passed += tests.passed;
      skipped += tests.skipped;
      failed += succeeded ? tests.failed : Math.max(tests.failed, 1);
    } else if (!succeeded) failed += 1;
    else if (!PREPARATIONS.has(task.task)) passed += 1;
  }
  if (!runSucceeded && failed === 0) failed = 1;
  return { passed, failed, skipped };
}

/** The tests that a task ran, if that is what it did, and if it came to reporting them. */
export function testsOf(
  { task, package: name }: TurboTask,
  packages: readonly PackageTotals[],
): PackageTotals | undefined {
  return task === 'test' ? packages.find((totals) => totals.package === name) : undefined;
}

/** The last line of `npm test`. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

export function failedTasks(tasks: readonly TurboTask[]): TurboTask[] {
  return tasks.filter((task) => task.execution?.exitCode !== 0);
}
