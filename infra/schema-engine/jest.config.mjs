import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  globalSetup: '@nomo/local/jest-services',
  // Each test starts the Prisma CLI several times, and each of those starts an engine.
  testTimeout: 60_000,
};
