import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  globalSetup: '@nomo/local/jest-services',
  globalTeardown: '@nomo/local/jest-services-teardown',
  // Starting a service with all its models, on a machine that does other things as well.
  testTimeout: 60_000,
  // A queue that was closed while its Redis was away goes on looking for it inside BullMQ. The
  // services end by `process.exit` once they have stopped, and so does this.
  forceExit: true,
};
