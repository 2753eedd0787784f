import type { OnnxGraph } from '../onnx/graph.ts';
import type { Constant, KernelCall, RecordedTensor } from './recording.ts';

/**
 * How a tensor of the recording is laid out in ONNX: `recorded` as TensorFlow.js has it
 * (channels last, where it has channels), `channelsFirst` as ONNX's convolutions want it.
 */
export type Layout = 'recorded' | 'channelsFirst';

/** Writes what one kernel does into the graph. */
export type Emitter = (call: KernelCall, emission: Emission) => void;

const toChannelsFirst = [0, 3, 1, 2];
const toChannelsLast = [0, 2, 3, 1];

/** A shape in the other layout. Axis `k` here is axis `channelsFirstAxis[k]` there. */
export const channelsFirstAxis = [0, 2, 3, 1] as const;

/**
 * The state of turning a recording into a graph: which ONNX value holds which recorded
 * tensor, in which layouts. Transpositions are put in where a layout is asked for that a
 * tensor does not have yet, and only there.
 */
export class Emission {
  readonly graph: OnnxGraph;
  readonly #constants: ReadonlyMap<number, Constant>;
  readonly #values = new Map<number, Partial<Record<Layout, string>>>();

  constructor(graph: OnnxGraph, constants: ReadonlyMap<number, Constant>) {
    this.graph = graph;
    this.#constants = constants;
  }

  /** Says which value holds a tensor. */
  set(tensor: RecordedTensor, layout: Layout, value: string): void {
    this.#values.set(tensor.id, { [layout]: value });
  }

  /** Makes `tensor` another name of `original`. */
  alias(tensor: RecordedTensor, original: RecordedTensor): void {
    this.recorded(original);
    const values = this.#values.get(original.id);
    if (values !== undefined) this.#values.set(tensor.id, values);
  }

  /** The value of the network's input-independent tensors, undefined for the others. */
  constant(tensor: RecordedTensor): Constant | undefined {
    return this.#constants.get(tensor.id);
  }

  /** Like {@link constant}, for an operand that has to be one. */
  requireConstant(tensor: RecordedTensor): Constant {
    const constant = this.constant(tensor);
    if (constant === undefined) throw new Error('a constant was expected');
    return constant;
  }

  /** Whether a computed tensor exists channels first, and needs no transposition for it. */
  isChannelsFirst(tensor: RecordedTensor): boolean {
    return this.#values.get(tensor.id)?.channelsFirst !== undefined;
  }

  /** The layout a tensor is in already; the network's own when it is in both. */
  layoutOf(tensor: RecordedTensor): Layout {
    return this.isChannelsFirst(tensor) ? 'channelsFirst' : 'recorded';
  }

  in(layout: Layout, tensor: RecordedTensor): string {
    return layout === 'recorded' ? this.recorded(tensor) : this.channelsFirst(tensor);
  }

  recorded(tensor: RecordedTensor): string {
    const values = this.#valuesOf(tensor);
    if (values.recorded === undefined) {
      if (values.channelsFirst === undefined) throw new Error('a tensor without a value');
      values.recorded = this.graph.node('Transpose', [values.channelsFirst], {
        perm: toChannelsLast,
      });
    }
    return values.recorded;
  }

  channelsFirst(tensor: RecordedTensor): string {
    const constant = this.constant(tensor);
    if (constant !== undefined) return this.#constantChannelsFirst(constant);
    const values = this.#valuesOf(tensor);
    if (values.channelsFirst === undefined) {
      if (tensor.shape.length !== 4)
        throw new Error(`rank ${tensor.shape.length} has no channels`);
      values.channelsFirst = this.graph.node('Transpose', [this.recorded(tensor)], {
        perm: toChannelsFirst,
      });
    }
    return values.channelsFirst;
  }

  #valuesOf(tensor: RecordedTensor): Partial<Record<Layout, string>> {
    let values = this.#values.get(tensor.id);
    if (values === undefined) {
      const { values: numbers, shape } = this.requireConstant(tensor);
      values = { recorded: this.graph.weights(numbers, shape) };
      this.#values.set(tensor.id, values);
    }
    return values;
  }

  /** A constant that is broadcast against, or joined to, a tensor with channels first. */
  #constantChannelsFirst({ values, shape }: Constant): string {
    if (values.length === 1) return this.graph.floats(values, []);
    const padded = [...Array<number>(4 - shape.length).fill(1), ...shape];
    const [batch, height, width, channels] = padded as [number, number, number, number];
    const moved = new Float32Array(values.length);
    const plane = height * width;
    for (let source = 0; source < values.length; source += 1) {
      const channel = source % channels;
      const position = Math.floor(source / channels) % plane;
      const image = Math.floor(source / (channels * plane));
      moved[(image * channels + channel) * plane + position] = values[source] ?? NaN;
    }
    return this.graph.weights(moved, [batch, channels, height, width]);
  }
}

/** The operand of that name, which the kernel cannot do without. */
export function operand(call: KernelCall, name: string): RecordedTensor {
  const tensor = call.inputs[name];
  if (tensor === undefined) throw new Error(`${call.kernel} without ${name}`);
  return tensor;
}

/** The operands of a kernel that takes a list of them, in order. */
export function operands(call: KernelCall): RecordedTensor[] {
  return Object.keys(call.inputs).map((name) => operand(call, name));
}

/** The output of a kernel that has one. */
export function output(call: KernelCall): RecordedTensor {
  const [only, another] = call.outputs;
  if (only === undefined || another !== undefined) {
    throw new Error(`${call.kernel} has ${call.outputs.length} outputs`);
  }
  return only;
}

export function numberAttribute(call: KernelCall, name: string, absent?: number): number {
  const value = call.attributes[name] ?? absent;
  if (typeof value !== 'number') throw new Error(`${call.kernel}: ${name} is not a number`);
  return value;
}

/** A list of numbers; a single number counts as a list of one. */
export function listAttribute(call: KernelCall, name: string): number[] {
  const value = call.attributes[name];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (!list.every((item) => typeof item === 'number')) {
    throw new Error(`${call.kernel}: ${name} is not a list of numbers`);
  }
  return list;
}

/** An axis counted from the front. */
export function axisAttribute(call: KernelCall, rank: number): number {
  const axis = numberAttribute(call, 'axis');
  return axis < 0 ? axis + rank : axis;
}
