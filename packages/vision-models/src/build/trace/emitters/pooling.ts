import { type Emitter, operand, output } from '../emission.ts';
import { pairAttribute, spatial, windowPads } from './windows.ts';

const pool =
  (operator: 'MaxPool' | 'AveragePool'): Emitter =>
  (call, emission) => {
    const x = operand(call, 'x');
    const kernel = pairAttribute(call, 'filterSize');
    const strides = pairAttribute(call, 'strides');
    const value = emission.graph.node(operator, [emission.channelsFirst(x)], {
      kernel_shape: kernel,
      strides,
      pads: windowPads(call, spatial(x.shape), kernel, strides),
    });
    emission.set(output(call), 'channelsFirst', value);
  };

/** Pooling over windows. Padding is outside an average, there as here. */
export const poolingEmitters: Readonly<Record<string, Emitter>> = {
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AveragePool'),
};
