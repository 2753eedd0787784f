import preset from '../../jest.preset.mjs';

// PostgreSQL is started here, on machines that may be busy.
export default { ...preset, testTimeout: 60_000 };
