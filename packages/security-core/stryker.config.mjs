/** Mutates the code and expects the tests to notice. `pnpm run test:mutation`. */
export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { configFile: 'jest.mutation.config.mjs', enableFindRelatedTests: true },
  mutate: ['src/**/*.ts', '!src/**/*.spec.ts', '!src/index.ts'],
  // What a message says is for people; its code is what callers rely on, and that is tested.
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A mutant that never ends counts as noticed; one that a busy machine holds up must not.
  timeoutMS: 15_000,
  reporters: ['clear-text', 'progress'],
  // What survived, and the table: not the hundreds of tests that killed something.
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  plugins: ['@stryker-mutator/jest-runner'],
  // Among what git, the linter and the formatter pass over.
  tempDirName: 'coverage/mutants',
  ignorePatterns: ['dist', 'coverage'],
};
