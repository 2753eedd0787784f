import { type KernelCall } from '../recording.ts';
import { listAttribute } from '../emission.ts';

/** Height and width of something. */
export type Pair = readonly [number, number];

/** An attribute that is a number for both directions or a pair of them. */
export function pairAttribute(call: KernelCall, name: string, absent?: Pair): Pair {
  if (call.attributes[name] === undefined && absent !== undefined) return absent;
  const [vertical, horizontal = vertical] = listAttribute(call, name);
  if (vertical === undefined || horizontal === undefined) {
    throw new Error(`${call.kernel}: ${name} is empty`);
  }
  return [vertical, horizontal];
}

/**
 * ONNX's `pads` (top, left, bottom, right) for TensorFlow's `same` and `valid`. `same` puts
 * the odd pixel at the end, https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
 */
export function windowPads(
  call: KernelCall,
  input: Pair,
  kernel: Pair,
  strides: Pair,
): number[] {
  const { pad } = call.attributes;
  if (pad === 'valid') return [0, 0, 0, 0];
  if (pad !== 'same') throw new Error(`${call.kernel}: padding ${JSON.stringify(pad)}`);
  const total = (axis: 0 | 1): number => {
    const steps = Math.ceil(input[axis] / strides[axis]);
    return Math.max(0, (steps - 1) * strides[axis] + kernel[axis] - input[axis]);
  };
  const before = [Math.floor(total(0) / 2), Math.floor(total(1) / 2)] as const;
  return [...before, total(0) - before[0], total(1) - before[1]];
}

/** Height and width of a tensor with channels last. */
export function spatial(shape: readonly number[]): Pair {
  const [, height, width] = shape;
  if (height === undefined || width === undefined) throw new Error('a tensor without a height');
  return [height, width];
}
