import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  setupFiles: [new URL('../../jest.native-arrays.mjs', import.meta.url).pathname],
};
