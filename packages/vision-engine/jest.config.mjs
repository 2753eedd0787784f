import preset from '../../jest.preset.mjs';

// Tests that run nets in Jest's own process; the engine sees to its workers by itself.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

export default {
  ...preset,
  setupFiles: [new URL('../../jest.native-arrays.mjs', import.meta.url).pathname],
};
