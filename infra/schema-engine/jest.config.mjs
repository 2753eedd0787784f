import preset from '../../jest.preset.mjs';

// Each test starts the Prisma CLI several times, and each of those starts an engine.
export default { ...preset, testTimeout: 60_000 };
