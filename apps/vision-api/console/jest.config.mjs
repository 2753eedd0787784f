import preset from '../../../jest.preset.mjs';

// A browser opens every page here four times over, on machines that may be busy.
export default { ...preset, testTimeout: 120_000 };
