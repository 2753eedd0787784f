import { type PackageTotals, testsOf, type TurboTask } from './totals.ts';

/** Enough to see what was expected and where; the whole of it is further up. */
const LINES_OF_A_TEST = 30;
const LINES_OF_A_TASK = 40;
const LINES_OF_A_REPORT = 400;
const CHARACTERS_OF_A_LINE = 200;

/** The end of what each task of a turbo run printed. */
export class TaskOutputs {
  readonly #ends = new Map<string, string[]>();

  /** @param line of the run: turbo puts `package:task: ` before what a task printed */
  add(line: string): void {
    const [, task, text] = /^(\S+?): (.*)$/.exec(withoutColours(line)) ?? [];
    if (task === undefined || text === undefined || text.trim() === '') return;
    const end = this.#ends.get(task) ?? [];
    this.#ends.set(task, [...end.slice(1 - LINES_OF_A_TASK), text]);
  }

  endOf({ package: name, task }: TurboTask): readonly string[] {
    return this.#ends.get(`${name}:${task}`) ?? ['It printed nothing.'];
  }
}

/**
 * What failed, said once more for the end of a long run, of which few read the middle and some
 * keep only the tail: the tests by their names; of any other task the end of what it printed.
 */
export function failureReport(
  failed: readonly TurboTask[],
  packages: readonly PackageTotals[],
  outputs: TaskOutputs,
): string[] {
  const lines = failed.flatMap((task) => {
    const failures = testsOf(task, packages)?.failures ?? [];
    const said =
      failures.length === 0
        ? outputs.endOf(task).flatMap(readable)
        : failures.flatMap(({ file, test, message }) => [
            readable(`${file} › ${test}`).join(' '),
            ...beginning(readable(message)).map((line) => `  ${line}`),
          ]);
    return [task.taskId, ...said.map((line) => `  ${line}`)];
  });
  const more = lines.length - LINES_OF_A_REPORT;
  return more > 0
    ? [...lines.slice(0, LINES_OF_A_REPORT), `and ${more} lines more: they are further up`]
    : lines;
}

/** The first lines, and where it was, which stands below a long comparison. */
function beginning(message: readonly string[]): readonly string[] {
  const first = message.slice(0, LINES_OF_A_TEST);
  const isPlace = (line: string): boolean => /^\s+at /.test(line);
  const place = first.some(isPlace) ? undefined : message.find(isPlace);
  return place === undefined ? first : [...first, place];
}

/** Lines that are not blank and not endless, without what a terminal would obey. */
function readable(text: string): string[] {
  return withoutColours(text)
    .split('\n')
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').slice(0, CHARACTERS_OF_A_LINE))
    .filter((line) => line.trim() !== '');
}

export function withoutColours(text: string): string {
  // eslint-disable-next-line no-control-regex -- the colours of a terminal are control characters
  return text.replaceAll(/\u001b\[[\d;]*m/g, '');
}
