import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  globalSetup: '@nomo/local/jest-services',
  globalTeardown: '@nomo/local/jest-services-teardown',
  // Starting a service with all its models, on a machine that does other things as well.
  testTimeout: 60_000,
};
