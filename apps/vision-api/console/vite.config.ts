import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

import { compressAssets } from './build/compress-assets.ts';
import { signAssets } from './build/sign-assets.ts';

/** The service that `vite` (the development server) sends the API and the sign-in to. */
const service = process.env['VISION_URL'] ?? 'http://localhost:3000';

export default defineConfig({
  base: '/dashboard/',
  plugins: [react(), signAssets(), compressAssets()],
  build: {
    target: 'baseline-widely-available',
    sourcemap: false,
    // A picture inside a script or a style is one that the cache cannot keep.
    assetsInlineLimit: 0,
    // What is bundled here asks that its licence goes with it.
    license: { fileName: 'assets/licenses.md' },
    // Which script asks for which: what a test adds up the first page from.
    manifest: true,
    reportCompressedSize: false,
  },
  server: {
    proxy: Object.fromEntries(
      ['api', 'sign-in', 'sign-out', 'callback'].map((path) => [
        `/dashboard/${path}`,
        { target: service, changeOrigin: false },
      ]),
    ),
  },
});
