import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelDescription, TensorDescription } from '../lib/catalogue.ts';

/**
 * The largest difference between two lists, as a share of the largest expected value; NaN when
 * one of the numbers is.
 */
export function largestDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) {
    throw new Error(`${actual.length} numbers instead of ${expected.length}`);
  }
  let scale = 0;
  let difference = 0;
  for (const [index, value] of expected.entries()) {
    scale = Math.max(scale, Math.abs(value));
    const distance = Math.abs((actual[index] ?? NaN) - value);
    // No comparison with it is true, so it would pass for small.
    if (Number.isNaN(distance)) return NaN;
    difference = Math.max(difference, distance);
  }
  return difference / scale;
}

/**
 * Runs an ONNX file on pixels and returns how far its outputs are from the original's.
 *
 * @throws when inputs or outputs are not those of the catalogue.
 */
export async function compareWithOriginal(
  onnx: Uint8Array,
  description: ModelDescription,
  pixels: Uint8Array,
  expected: Readonly<Record<string, Float32Array>>,
): Promise<number> {
  const session = await InferenceSession.create(onnx, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  checkInterface(session, description);
  const shape = description.input.shape.map(Number);
  const outputs = await session.run({
    [description.input.name]: new Tensor('uint8', pixels, shape),
  });
  const differences = Object.entries(expected).map(([name, values]) =>
    largestDifference((outputs[name]?.data ?? new Float32Array()) as Float32Array, values),
  );
  await session.release();
  return Math.max(...differences);
}

function checkInterface(session: InferenceSession, description: ModelDescription): void {
  const actual = [...session.inputMetadata, ...session.outputMetadata].map((value) =>
    value.isTensor ? signature(value.name, value.type, value.shape) : value.name,
  );
  const stated = [description.input, ...description.outputs].map((tensor: TensorDescription) =>
    signature(tensor.name, tensor.type, tensor.shape),
  );
  if (actual.join() !== stated.join()) {
    throw new Error(`the catalogue says ${stated.join()}, the network ${actual.join()}`);
  }
}

function signature(name: string, type: string, shape: readonly (number | string)[]): string {
  return `${name}: ${type}[${shape.join(' ')}]`;
}
