import path from 'node:path';

/** Where programs that tests start keep what they have compiled, so that the next one starts sooner. */
export const COMPILED = {
  NODE_COMPILE_CACHE: path.resolve(import.meta.dirname, '../../node_modules/.cache/compiled'),
} as const;
