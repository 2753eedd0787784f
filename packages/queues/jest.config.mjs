import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  testTimeout: 60_000,
  // A queue that was closed while its Redis was away goes on looking for it inside BullMQ. The
  // services end by `process.exit` once they have stopped, and so does this.
  forceExit: true,
};
