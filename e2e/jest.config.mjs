import preset from '../jest.preset.mjs';

export default {
  ...preset,
  // The whole of `npm start` comes first: databases, migrations, the demo.
  testTimeout: 240_000,
};
