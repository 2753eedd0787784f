import {
  type Emitter,
  axisAttribute,
  channelsFirstAxis,
  listAttribute,
  numberAttribute,
  operand,
  operands,
  output,
} from '../emission.ts';
import { commonLayout } from './elementwise.ts';

/** Kernels that move numbers about and compute nothing. */
export const shapeEmitters: Readonly<Record<string, Emitter>> = {
  Identity: (call, emission) => {
    emission.alias(output(call), operand(call, 'x'));
  },

  Cast: (call, emission) => {
    // Everything recorded is a float already.
    if (call.attributes['dtype'] !== 'float32') throw new Error('Cast to something else');
    emission.alias(output(call), operand(call, 'x'));
  },

  Reshape: (call, emission) => {
    const target = output(call);
    const value = emission.graph.node('Reshape', [
      emission.recorded(operand(call, 'x')),
      emission.graph.integers(target.shape),
    ]);
    emission.set(target, 'recorded', value);
  },

  Transpose: (call, emission) => {
    const x = operand(call, 'x');
    const perm = listAttribute(call, 'perm');
    // A network that was trained channels first moves to channels last and back around each
    // convolution: neither move is one for us.
    if (perm.join() === '0,3,1,2') {
      emission.set(output(call), 'recorded', emission.channelsFirst(x));
    } else if (perm.join() === '0,2,3,1') {
      emission.set(output(call), 'channelsFirst', emission.recorded(x));
    } else {
      const value = emission.graph.node('Transpose', [emission.recorded(x)], { perm });
      emission.set(output(call), 'recorded', value);
    }
  },

  Concat: (call, emission) => {
    const tensors = operands(call);
    const target = output(call);
    const layout = commonLayout(emission, tensors);
    const axis = axisAttribute(call, target.shape.length);
    const value = emission.graph.node(
      'Concat',
      tensors.map((tensor) => emission.in(layout, tensor)),
      { axis: layout === 'recorded' ? axis : (channelsFirstAxis[axis] ?? axis) },
    );
    emission.set(target, layout, value);
  },

  GatherV2: (call, emission) => {
    const indices = emission.requireConstant(operand(call, 'indices'));
    const value = emission.graph.node(
      'Gather',
      [
        emission.recorded(operand(call, 'x')),
        emission.graph.integers([...indices.values], indices.shape),
      ],
      { axis: numberAttribute(call, 'axis') },
    );
    emission.set(output(call), 'recorded', value);
  },

  Pack: (call, emission) => {
    const target = output(call);
    const axis = axisAttribute(call, target.shape.length);
    const axes = emission.graph.integers([axis]);
    const value = emission.graph.node(
      'Concat',
      operands(call).map((tensor) =>
        emission.graph.node('Unsqueeze', [emission.recorded(tensor), axes]),
      ),
      { axis },
    );
    emission.set(target, 'recorded', value);
  },

  Unpack: (call, emission) => {
    const x = operand(call, 'value');
    const axis = axisAttribute(call, x.shape.length);
    for (const [index, target] of call.outputs.entries()) {
      const value = emission.graph.node(
        'Gather',
        [emission.recorded(x), emission.graph.integers([index], [])],
        { axis },
      );
      emission.set(target, 'recorded', value);
    }
  },

  Slice: (call, emission) => {
    const target = output(call);
    const begin = listAttribute(call, 'begin');
    const value = emission.graph.node('Slice', [
      emission.recorded(operand(call, 'x')),
      emission.graph.integers(begin),
      emission.graph.integers(begin.map((from, axis) => from + (target.shape[axis] ?? 0))),
      emission.graph.integers([...begin.keys()]),
    ]);
    emission.set(target, 'recorded', value);
  },

  SplitV: (call, emission) => {
    const x = operand(call, 'x');
    const axis = axisAttribute(call, x.shape.length);
    let from = 0;
    for (const target of call.outputs) {
      const to = from + (target.shape[axis] ?? 0);
      const value = emission.graph.node('Slice', [
        emission.recorded(x),
        emission.graph.integers([from]),
        emission.graph.integers([to]),
        emission.graph.integers([axis]),
      ]);
      emission.set(target, 'recorded', value);
      from = to;
    }
  },

  PadV2: (call, emission) => {
    const x = operand(call, 'x');
    const recorded = call.attributes['paddings'] as readonly (readonly [number, number])[];
    const layout = emission.layoutOf(x);
    const pads = [...recorded];
    if (layout === 'channelsFirst') {
      for (const [axis, pad] of recorded.entries()) pads[channelsFirstAxis[axis] ?? axis] = pad;
    }
    const padding = Float32Array.of(numberAttribute(call, 'constantValue', 0));
    const value = emission.graph.node('Pad', [
      emission.in(layout, x),
      emission.graph.integers([
        ...pads.map(([before]) => before),
        ...pads.map(([, after]) => after),
      ]),
      emission.graph.floats(padding, []),
    ]);
    emission.set(output(call), layout, value);
  },

  ResizeBilinear: (call, emission) => {
    const target = output(call);
    const { alignCorners, halfPixelCenters } = call.attributes;
    const [batch, height, width, channels] = target.shape as [number, number, number, number];
    const value = emission.graph.node(
      'Resize',
      // The optional region of interest and scales are left out by an empty name.
      [
        emission.channelsFirst(operand(call, 'images')),
        '',
        '',
        emission.graph.integers([batch, channels, height, width]),
      ],
      {
        mode: 'linear',
        coordinate_transformation_mode: alignCorners
          ? 'align_corners'
          : halfPixelCenters
            ? 'half_pixel'
            : 'asymmetric',
      },
    );
    emission.set(target, 'channelsFirst', value);
  },
};
