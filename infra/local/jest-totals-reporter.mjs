/**
 * A Jest reporter that leaves a package's totals, and what failed, where `npm test` adds them up:
 * in the folder that NOMO_TEST_RESULTS names. Does nothing when it names none.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export default class JestTotalsReporter {
  #rootDir;

  constructor({ rootDir }) {
    this.#rootDir = rootDir;
  }

  onRunComplete(_contexts, results) {
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
