import { type Emitter, listAttribute, operand, output } from '../emission.ts';

/** Kernels that sum over an axis. */
export const reductionEmitters: Readonly<Record<string, Emitter>> = {
  Mean: (call, emission) => {
    const axes = listAttribute(call, 'axis');
    if (axes.join() !== '1,2' || call.attributes['keepDims'] === true) {
      throw new Error('Mean over something else than height and width');
    }
    const value = emission.graph.node(
      'ReduceMean',
      [emission.channelsFirst(operand(call, 'x'))],
      { axes: [2, 3], keepdims: 0 },
    );
    emission.set(output(call), 'recorded', value);
  },

  BatchMatMul: (call, emission) => {
    if (call.attributes['transposeA'] === true || call.attributes['transposeB'] === true) {
      throw new Error('BatchMatMul of transposed matrices');
    }
    const value = emission.graph.node('MatMul', [
      emission.recorded(operand(call, 'a')),
      emission.recorded(operand(call, 'b')),
    ]);
    emission.set(output(call), 'recorded', value);
  },
};
