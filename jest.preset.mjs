// ONNX Runtime reports its sessions over the network unless told not to. The engine sees to
// that in production; here tests also run networks by themselves.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

/** Compiles TypeScript as `tsc` does; `.tsx` holds pages that preact renders on the server. */
const compile = (syntax) => [
  '@swc/jest',
  {
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true, tsx: syntax === 'tsx' },
      transform: {
        legacyDecorator: true,
        decoratorMetadata: true,
        react: { runtime: 'automatic', importSource: 'preact' },
      },
      keepClassNames: true,
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

/**
 * The Jest settings every package shares. A package's `jest.config.mjs` re-exports
 * them and adds only what is its own.
 */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.{ts,tsx}', '<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': compile('ts'), '^.+\\.tsx$': compile('tsx') },
  reporters: [
    'default',
    new URL('infra/local/jest-totals-reporter.mjs', import.meta.url).pathname,
  ],
};
