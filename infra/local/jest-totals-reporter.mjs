/**
 * A Jest reporter that leaves a package's totals, and what failed, where `npm test` adds them up:
 * in the folder that NOMO_TEST_RESULTS names, if it names one. And it sees to it that Jest ends:
 * Jest waits for as long as anything that a test left open stays open.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Enough for the global teardown, which comes after the report. */
const LEFT_OPEN_MS = 60_000;

export default class JestTotalsReporter {
  #rootDir;
  #watching;
  #leftOpenMs;

  constructor({ rootDir, watch, watchAll }, { leftOpenMs = LEFT_OPEN_MS } = {}) {
    this.#rootDir = rootDir;
    this.#watching = watch || watchAll;
    this.#leftOpenMs = leftOpenMs;
  }

  onRunComplete(_contexts, results) {
    if (!this.#watching) this.#endBeforeLong();
    const folder = process.env.NOMO_TEST_RESULTS;
    if (!folder) return;
    const { name } = JSON.parse(readFileSync(path.join(this.#rootDir, 'package.json'), 'utf8'));
    const totals = {
      package: name,
      passed: results.numPassedTests,
      // A file that does not even load has no tests to count, and must not go unnoticed.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      failures: results.testResults.flatMap((file) => this.#failuresOf(file)),
    };
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${name.replaceAll('/', '__')}.json`);
    // Whoever is killed while writing leaves nothing that cannot be read.
    writeFileSync(`${file}.part`, JSON.stringify(totals));
    renameSync(`${file}.part`, file);
  }

  #endBeforeLong() {
    // It keeps nothing running itself: where all is closed the process has ended long before.
    setTimeout(() => {
      const open = new Set(process.getActiveResourcesInfo());
      process.stderr.write(
        `✗ The tests are through, but what they left open keeps Jest running: ${[...open].join(', ')}\n`,
      );
      process.exit(1);
    }, this.#leftOpenMs).unref();
  }

  /** @returns {import('./src/totals.ts').TestFailure[]} */
  #failuresOf({ testFilePath, testResults, testExecError, failureMessage }) {
    const file = path.relative(this.#rootDir, testFilePath);
    const failures = testResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({
        file,
        test: fullName,
        message: failureMessages.join('\n'),
      }));
    // Jest has this for a file that does not load, and for what fails after its tests.
    if (!testExecError) return failures;
    const outside =
      testResults.length === 0
        ? { file, test: 'did not load', message: failureMessage ?? '' }
        : { file, test: 'outside its tests', message: testExecError.stack ?? '' };
    return [...failures, outside];
  }
}
