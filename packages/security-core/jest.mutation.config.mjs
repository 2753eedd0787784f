import preset from '../../../../../jest.preset.mjs';

/**
 * Used in Stryker's copy of this package, three folders further down. The specs alone: what reads
 * the built package cannot see a mutated source.
 */
export default { ...preset, testMatch: ['<rootDir>/src/**/*.spec.ts'], reporters: ['default'] };
