import { type Emission, type Emitter, numberAttribute, operand, output } from '../emission.ts';
import type { KernelCall, RecordedTensor } from '../recording.ts';

type Unary = (call: KernelCall, emission: Emission, value: string) => string;

const operator =
  (name: string): Unary =>
  (_, { graph }, value) =>
    graph.node(name, [value]);

const clip = ({ graph }: Emission, value: string, low: number, high: number): string =>
  graph.node('Clip', [
    value,
    graph.floats(Float32Array.of(low), []),
    graph.floats(Float32Array.of(high), []),
  ]);

const unary =
  (emit: Unary): Emitter =>
  (call, emission) => {
    const x = operand(call, 'x');
    const layout = emission.layoutOf(x);
    emission.set(output(call), layout, emit(call, emission, emission.in(layout, x)));
  };

const binary =
  (name: string): Emitter =>
  (call, emission) => {
    const [a, b] = [operand(call, 'a'), operand(call, 'b')];
    const layout = commonLayout(emission, [a, b]);
    const value = emission.graph.node(name, [emission.in(layout, a), emission.in(layout, b)]);
    emission.set(output(call), layout, value);
  };

/** Kernels that treat every number alike, whatever the layout. */
export const elementwiseEmitters: Readonly<Record<string, Emitter>> = {
  Add: binary('Add'),
  Sub: binary('Sub'),
  Multiply: binary('Mul'),
  RealDiv: binary('Div'),
  Relu: unary(operator('Relu')),
  Sigmoid: unary(operator('Sigmoid')),
  Exp: unary(operator('Exp')),
  ClipByValue: unary((call, emission, value) =>
    clip(
      emission,
      value,
      numberAttribute(call, 'clipValueMin'),
      numberAttribute(call, 'clipValueMax'),
    ),
  ),
  LeakyRelu: unary((call, { graph }, value) =>
    graph.node('LeakyRelu', [value], { alpha: { float: numberAttribute(call, 'alpha') } }),
  ),
  Prelu: (call, emission) => {
    const value = prelu(
      emission,
      emission.channelsFirst(operand(call, 'x')),
      operand(call, 'alpha'),
    );
    emission.set(output(call), 'channelsFirst', value);
  },
  FusedBatchNorm: (call, emission) => {
    const parameters = ['scale', 'offset', 'mean', 'variance'].map((name) => {
      const { values, shape } = emission.requireConstant(operand(call, name));
      return emission.graph.floats(values, shape);
    });
    const value = emission.graph.node(
      'BatchNormalization',
      [emission.channelsFirst(operand(call, 'x')), ...parameters],
      { epsilon: { float: numberAttribute(call, 'varianceEpsilon') } },
    );
    emission.set(output(call), 'channelsFirst', value);
  },
};

/** Appends the activation that a fused kernel ends with. */
export function activate(call: KernelCall, emission: Emission, value: string): string {
  const activation = call.attributes['activation'] ?? 'linear';
  switch (activation) {
    case 'linear':
      return value;
    case 'relu':
      return emission.graph.node('Relu', [value]);
    case 'relu6':
      return clip(emission, value, 0, 6);
    case 'prelu':
      return prelu(emission, value, operand(call, 'preluActivationWeights'));
    default:
      throw new Error(`${call.kernel}: activation ${JSON.stringify(activation)}`);
  }
}

/** A leaky ReLU with a slope for each channel. */
function prelu(emission: Emission, value: string, alpha: RecordedTensor): string {
  const { values } = emission.requireConstant(alpha);
  if (values.length !== alpha.shape.at(-1)) throw new Error('a slope for each pixel');
  const { graph } = emission;
  const slopes = graph.floats(values, [values.length, 1, 1]);
  // ONNX Runtime's PRelu takes most of the time of the network that uses it. Below a slope of
  // one, the larger of the two branches is the same thing in two operators that it has
  // vectorised; above, what is below zero is scaled and added to the rest.
  if (values.every((slope) => slope <= 1)) {
    return graph.node('Max', [value, graph.node('Mul', [value, slopes])]);
  }
  const zero = graph.floats(Float32Array.of(0), []);
  const negative = graph.node('Mul', [graph.node('Min', [value, zero]), slopes]);
  return graph.node('Add', [graph.node('Relu', [value]), negative]);
}

/**
 * Channels first when one operand is so already and the others can be brought there for
 * nothing (constants) or are tensors of the same rank.
 */
export function commonLayout(
  emission: Emission,
  tensors: readonly RecordedTensor[],
): 'recorded' | 'channelsFirst' {
  const follows = (tensor: RecordedTensor): boolean =>
    tensor.shape.length === 4 || emission.constant(tensor) !== undefined;
  return tensors.some((tensor) => emission.isChannelsFirst(tensor)) && tensors.every(follows)
    ? 'channelsFirst'
    : 'recorded';
}
