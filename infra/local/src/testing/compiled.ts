import path from 'node:path';

import { checkout } from '../layout.ts';

/** Where programs that tests start keep what they have compiled, so that the next one starts sooner. */
export const COMPILED = {
  NODE_COMPILE_CACHE: path.join(checkout, 'node_modules/.cache/compiled'),
} as const;
