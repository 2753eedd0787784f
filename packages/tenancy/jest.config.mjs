import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  globalSetup: '@nomo/local/jest-services',
  globalTeardown: '@nomo/local/jest-services-teardown',
  testTimeout: 60_000,
};
