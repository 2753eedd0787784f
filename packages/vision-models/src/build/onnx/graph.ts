import { toFloat16 } from './float16.ts';
import { ProtobufWriter } from './protobuf.ts';

// TensorProto.DataType in https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
const dataTypes = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float16: 10 } as const;
// AttributeProto.AttributeType, same file.
const attributeTypes = { float: 1, integer: 2, string: 3, integers: 7 } as const;

// The newest IR and operator set in which the reductions still take their axes as
// attributes and every operator used here has one form only.
const irVersion = 8;
const operatorSet = 13;

// Below this many numbers a 16-bit copy saves less than the Cast node it needs costs.
const halfPrecisionThreshold = 256;

export type DataType = keyof typeof dataTypes;

/** An integer, a list of integers, a string, or (in an object) a float. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

interface Initializer {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

interface ValueInfo {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly number[];
}

/**
 * An ONNX graph under construction. Values are named in the order in which they are made,
 * so the same calls give the same bytes.
 */
export class OnnxGraph {
  readonly #name: string;
  readonly #nodes: Node[] = [];
  readonly #initializers: Initializer[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #integerLists = new Map<string, string>();
  #values = 0;

  constructor(name: string) {
    this.#name = name;
  }

  input(name: string, type: DataType, shape: readonly number[]): string {
    this.#inputs.push({ name, type, shape });
    return name;
  }

  /** Makes `value` an output of the graph, under a name of the caller's choice. */
  output(name: string, type: DataType, shape: readonly number[], value: string): void {
    this.#nodes.push({
      operator: 'Identity',
      inputs: [value],
      outputs: [name],
      attributes: {},
    });
    this.#outputs.push({ name, type, shape });
  }

  /** Adds an operator with one output and returns the name of that output. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const output = this.#unique(operator);
    this.#nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  /** A constant of 32-bit floats, stored and computed with as they are. */
  floats(values: Float32Array, shape: readonly number[]): string {
    return this.#initializer('float32', shape, bytesOf(values));
  }

  /**
   * A constant of floats that is stored in 16 bits where that loses nothing, which is how
   * half of these networks were published; ONNX Runtime turns it back to 32 bits once,
   * while it loads the graph. Neither load time nor memory nor speed was seen to depend on
   * the choice, only the size of the file. Rounding the others to 16 bits would save 22 MB
   * and moved boxes of the face detector by as much as 1.6 % of the picture.
   */
  weights(values: Float32Array, shape: readonly number[]): string {
    const half = values.length < halfPrecisionThreshold ? undefined : toFloat16(values);
    if (half === undefined) return this.floats(values, shape);
    const stored = this.#initializer('float16', shape, bytesOf(half));
    return this.node('Cast', [stored], { to: dataTypes.float32 });
  }

  /** A constant of whole numbers (shapes, axes, indices); equal lists are stored once. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    const key = `${values.join()}:${shape.join()}`;
    let name = this.#integerLists.get(key);
    if (name === undefined) {
      const data = BigInt64Array.from(values, BigInt);
      name = this.#initializer('int64', shape, bytesOf(data));
      this.#integerLists.set(key, name);
    }
    return name;
  }

  cast(value: string, type: DataType): string {
    return this.node('Cast', [value], { to: dataTypes[type] });
  }

  /** How many operators the outputs depend on. */
  get size(): number {
    return this.#live().nodes.length;
  }

  /** The graph as the bytes of an ONNX file, without what no output depends on. */
  serialize(): Uint8Array {
    const { nodes, initializers } = this.#live();
    const graph = new ProtobufWriter();
    for (const node of nodes) graph.message(1, nodeMessage(node));
    graph.string(2, this.#name);
    for (const initializer of initializers) graph.message(5, initializerMessage(initializer));
    for (const input of this.#inputs) graph.message(11, valueMessage(input));
    for (const output of this.#outputs) graph.message(12, valueMessage(output));
    return new ProtobufWriter()
      .integer(1, irVersion)
      .string(2, '@nomo/vision-models')
      .message(7, graph)
      .message(8, new ProtobufWriter().string(1, '').integer(2, operatorSet))
      .finish();
  }

  #live(): { nodes: Node[]; initializers: Initializer[] } {
    const needed = new Set(this.#outputs.map((output) => output.name));
    const nodes: Node[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((output) => needed.has(output))) continue;
      nodes.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    return {
      nodes: nodes.reverse(),
      initializers: this.#initializers.filter((initializer) => needed.has(initializer.name)),
    };
  }

  #initializer(type: DataType, shape: readonly number[], bytes: Uint8Array): string {
    const name = this.#unique('constant');
    this.#initializers.push({ name, type, shape, bytes });
    return name;
  }

  #unique(prefix: string): string {
    this.#values += 1;
    return `${prefix}_${this.#values}`;
  }
}

function bytesOf(data: Float32Array | Uint16Array | BigInt64Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}

function nodeMessage(node: Node): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const input of node.inputs) message.string(1, input);
  for (const output of node.outputs) message.string(2, output);
  message.string(3, node.outputs.join()).string(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) {
    message.message(5, attributeMessage(name, value));
  }
  return message;
}

function attributeMessage(name: string, value: Attribute): ProtobufWriter {
  const message = new ProtobufWriter().string(1, name);
  if (typeof value === 'number') {
    return message.integer(3, value).integer(20, attributeTypes.integer);
  }
  if (typeof value === 'string') {
    return message.string(4, value).integer(20, attributeTypes.string);
  }
  if ('float' in value) {
    return message.float(2, value.float).integer(20, attributeTypes.float);
  }
  for (const item of value) message.integer(8, item);
  return message.integer(20, attributeTypes.integers);
}

function initializerMessage(initializer: Initializer): ProtobufWriter {
  const message = new ProtobufWriter();
  for (const dimension of initializer.shape) message.integer(1, dimension);
  return message
    .integer(2, dataTypes[initializer.type])
    .string(8, initializer.name)
    .bytes(9, initializer.bytes);
}

function valueMessage(value: ValueInfo): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const dimension of value.shape) {
    shape.message(1, new ProtobufWriter().integer(1, dimension));
  }
  const tensor = new ProtobufWriter().integer(1, dataTypes[value.type]).message(2, shape);
  const type = new ProtobufWriter().message(1, tensor);
  return new ProtobufWriter().string(1, value.name).message(2, type);
}
