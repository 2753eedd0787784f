import { type PackageTotals, type TurboTask } from './totals.ts';

/** Enough to see what was expected and where; the whole of it is further up. */
const LINES_OF_A_TEST = 30;
const LINES_OF_A_LOG = 40;
const TESTS_OF_A_PACKAGE = 20;

/**
 * What failed, said once more for the end of a long run, of which few read the middle and some
 * keep only the tail.
 *
 * @param readLog what a task printed, by its `logFile`; empty where there is none
 */
export function failureReport(
  tasks: readonly TurboTask[],
  packages: readonly PackageTotals[],
  readLog: (file: string) => string,
): string {
  const lines = tasks.flatMap((task) => {
    const tests =
      task.task === 'test'
        ? packages.find((totals) => totals.package === task.package)
        : undefined;
    const said =
      tests === undefined || tests.failures.length === 0
        ? linesOfLog(task.logFile === undefined ? '' : readLog(task.logFile))
        : linesOfTests(tests);
    return [task.taskId, ...said.map((line) => (line === '' ? '' : `  ${line}`)), ''];
  });
  return lines.join('\n');
}

function linesOfTests({ failures }: PackageTotals): string[] {
  const lines = failures.slice(0, TESTS_OF_A_PACKAGE).flatMap(({ file, test, message }) => [
    `${file} › ${test}`,
    ...plainLines(message)
      .slice(0, LINES_OF_A_TEST)
      .map((line) => `  ${line}`),
  ]);
  const more = failures.length - TESTS_OF_A_PACKAGE;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

function linesOfLog(log: string): string[] {
  const lines = plainLines(log);
  return lines.length === 0 ? ['It printed nothing.'] : lines.slice(-LINES_OF_A_LOG);
}

/** Without colours and without empty lines, of which Jest and the linter have many. */
function plainLines(text: string): string[] {
  return withoutColours(text)
    .split('\n')
    .filter((line) => line.trim() !== '');
}

export function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- the colours of a terminal are control characters
  return text.replaceAll(/\u001b\[[\d;]*m/g, '');
}
