import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

const require = createRequire(import.meta.url);

/**
 * TensorFlow.js on its WebAssembly backend: the runtime that the weights were published
 * for, and the fastest of its backends that needs neither a browser nor native code.
 */
export async function startTensorflow(): Promise<void> {
  const main = require.resolve('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(join(dirname(main), '/'));
  await tf.setBackend('wasm');
  await tf.ready();
}

export { tf };
