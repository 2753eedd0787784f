import { type Emission, type Emitter, operand, output } from '../emission.ts';
import type { Constant, KernelCall } from '../recording.ts';
import { activate } from './elementwise.ts';
import { pairAttribute, spatial, windowPads } from './windows.ts';

/** Convolutions, plain and depthwise, with the bias and activation that may be fused in. */
export const convolutionEmitters: Readonly<Record<string, Emitter>> = {
  Conv2D: (call, emission) => {
    convolve(call, emission, denseFilter);
  },
  FusedConv2D: (call, emission) => {
    convolve(call, emission, denseFilter);
  },
  DepthwiseConv2dNative: (call, emission) => {
    convolve(call, emission, depthwiseFilter);
  },
  FusedDepthwiseConv2D: (call, emission) => {
    convolve(call, emission, depthwiseFilter);
  },
};

interface OnnxFilter {
  readonly weights: Float32Array;
  readonly shape: readonly [out: number, inPerGroup: number, height: number, width: number];
  readonly groups: number;
}

function convolve(
  call: KernelCall,
  emission: Emission,
  toOnnx: (filter: Constant) => OnnxFilter,
): void {
  if (pairAttribute(call, 'dilations', [1, 1]).some((dilation) => dilation !== 1)) {
    throw new Error(`${call.kernel}: no network here is dilated`);
  }
  const { graph } = emission;
  const x = operand(call, 'x');
  const { weights, shape, groups } = toOnnx(emission.requireConstant(operand(call, 'filter')));
  const kernel = [shape[2], shape[3]] as const;
  const strides = pairAttribute(call, 'strides');
  const inputs = [emission.channelsFirst(x), graph.weights(weights, shape)];
  const { bias } = call.inputs;
  if (bias !== undefined)
    inputs.push(graph.floats(emission.requireConstant(bias).values, [shape[0]]));
  const value = graph.node('Conv', inputs, {
    kernel_shape: kernel,
    strides,
    pads: windowPads(call, spatial(x.shape), kernel, strides),
    group: groups,
  });
  emission.set(output(call), 'channelsFirst', activate(call, emission, value));
}

/** [height, width, in, out] to [out, in, height, width]. */
function denseFilter({ values, shape }: Constant): OnnxFilter {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const weights = moveKernelLast(values, height * width, inputs * outputs);
  const moved = new Float32Array(weights.length);
  const kernel = height * width;
  for (let i = 0; i < inputs; i += 1) {
    for (let o = 0; o < outputs; o += 1) {
      const from = (i * outputs + o) * kernel;
      moved.set(weights.subarray(from, from + kernel), (o * inputs + i) * kernel);
    }
  }
  return { weights: moved, shape: [outputs, inputs, height, width], groups: 1 };
}

/** [height, width, channels, multiplier] to [channels * multiplier, 1, height, width]. */
function depthwiseFilter({ values, shape }: Constant): OnnxFilter {
  const [height, width, channels, multiplier] = shape as [number, number, number, number];
  const outputs = channels * multiplier;
  return {
    weights: moveKernelLast(values, height * width, outputs),
    shape: [outputs, 1, height, width],
    groups: channels,
  };
}

/** [kernel, filters] to [filters, kernel]. */
function moveKernelLast(values: Float32Array, kernel: number, filters: number): Float32Array {
  const moved = new Float32Array(values.length);
  for (let k = 0; k < kernel; k += 1) {
    for (let f = 0; f < filters; f += 1) moved[f * kernel + k] = values[k * filters + f] ?? NaN;
  }
  return moved;
}
