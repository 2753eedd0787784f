import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  // Every line here guards something: one that no test reaches guards nothing.
  collectCoverage: true,
  collectCoverageFrom: ['src/**/*.ts', '!src/**/*.spec.ts'],
  coverageReporters: ['text-summary'],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
};
