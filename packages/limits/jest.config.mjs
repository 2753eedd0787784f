import preset from '../../jest.preset.mjs';

// Servers are started, killed and failed over here, on machines that may be busy.
export default { ...preset, testTimeout: 60_000 };
