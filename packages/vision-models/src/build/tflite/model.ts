import { fromFloat16 } from '../onnx/float16.ts';
import { FlatBufferReader } from './flatbuffer.ts';

// The field and enum numbers below are those of
// https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs
const model = { operatorCodes: 1, subgraphs: 2, buffers: 4 } as const;
const operatorCode = { deprecatedBuiltin: 0, builtin: 3 } as const;
const subgraph = { tensors: 0, inputs: 1, outputs: 2, operators: 3 } as const;
const tensor = { shape: 0, type: 1, buffer: 2 } as const;
const operator = { code: 0, inputs: 1, outputs: 2, options: 4 } as const;
const conv2d = { padding: 0, strideW: 1, strideH: 2, activation: 3 } as const;
const depthwise = { padding: 0, strideW: 1, strideH: 2, activation: 4 } as const;
const add = { activation: 0 } as const;
const concatenation = { axis: 0 } as const;

const tensorTypes: Readonly<Record<number, TfliteTensor['type']>> = {
  0: 'float32',
  1: 'float16',
  2: 'int32',
};
const activations: Readonly<Record<number, Activation>> = { 0: 'linear', 3: 'relu6' };

export type Activation = 'linear' | 'relu6';

export interface TfliteTensor {
  readonly shape: readonly number[];
  readonly type: 'float32' | 'float16' | 'int32';
  /** The bytes of a constant; undefined for what is computed. */
  readonly data: Uint8Array<ArrayBuffer> | undefined;
}

interface Convolution {
  readonly padding: 'same' | 'valid';
  /** Vertical, horizontal. */
  readonly strides: [number, number];
  readonly activation: Activation;
}

/** The operators that our network has, and the tensors (by index) they read and write. */
export type TfliteOperator = {
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
} & (
  | ({ readonly kind: 'convolution' | 'depthwise convolution' } & Convolution)
  | { readonly kind: 'addition'; readonly activation: Activation }
  | { readonly kind: 'concatenation'; readonly axis: number }
  | { readonly kind: 'dequantization' | 'reshape' }
);

export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** In an order in which they can run. */
  readonly operators: readonly TfliteOperator[];
}

/** Reads the one subgraph of a TensorFlow Lite file whose weights are floats. */
export function readTflite(bytes: Uint8Array): TfliteModel {
  const reader = new FlatBufferReader(bytes);
  const buffers = reader.tables(reader.root, model.buffers);
  const codes = reader.tables(reader.root, model.operatorCodes);
  const [graph, another] = reader.tables(reader.root, model.subgraphs);
  if (graph === undefined || another !== undefined) throw new Error('one subgraph expected');
  return {
    tensors: reader.tables(graph, subgraph.tensors).map((address) => {
      const type = tensorTypes[reader.int8(address, tensor.type)];
      if (type === undefined) throw new Error('a tensor of a type that is not read here');
      const buffer = buffers[reader.int32(address, tensor.buffer)];
      const data = buffer === undefined ? new Uint8Array() : reader.bytes(buffer, 0);
      return {
        shape: reader.int32s(address, tensor.shape),
        type,
        data: data.length === 0 ? undefined : data,
      };
    }),
    inputs: reader.int32s(graph, subgraph.inputs),
    outputs: reader.int32s(graph, subgraph.outputs),
    operators: reader
      .tables(graph, subgraph.operators)
      .map((address) => readOperator(reader, address, codes)),
  };
}

/** The numbers of a constant tensor of floats. */
export function floatsOf({ data, type }: TfliteTensor): Float32Array {
  if (data === undefined) throw new Error('a computed tensor has no numbers of its own');
  if (type === 'float16') return fromFloat16(new Uint16Array(data.buffer));
  if (type === 'float32') return new Float32Array(data.buffer);
  throw new Error(`${type} where floats were expected`);
}

function readOperator(
  reader: FlatBufferReader,
  address: number,
  codes: readonly number[],
): TfliteOperator {
  const code = codes[reader.int32(address, operator.code)];
  if (code === undefined) throw new Error('an operator without a code');
  const options = reader.table(address, operator.options) ?? 0;
  const common = {
    inputs: reader.int32s(address, operator.inputs),
    outputs: reader.int32s(address, operator.outputs),
  };
  // The 8-bit field came first; what it cannot hold is in the 32-bit one.
  const builtin = Math.max(
    reader.int8(code, operatorCode.deprecatedBuiltin),
    reader.int32(code, operatorCode.builtin),
  );
  const convolution = (fields: typeof conv2d | typeof depthwise): Convolution => ({
    padding: reader.int8(options, fields.padding) === 0 ? 'same' : 'valid',
    strides: [
      reader.int32(options, fields.strideH, 1),
      reader.int32(options, fields.strideW, 1),
    ],
    activation: activation(reader.int8(options, fields.activation)),
  });
  switch (builtin) {
    case 0:
      return {
        ...common,
        kind: 'addition',
        activation: activation(reader.int8(options, add.activation)),
      };
    case 2:
      return {
        ...common,
        kind: 'concatenation',
        axis: reader.int32(options, concatenation.axis),
      };
    case 3:
      return { ...common, kind: 'convolution', ...convolution(conv2d) };
    case 4:
      return { ...common, kind: 'depthwise convolution', ...convolution(depthwise) };
    case 6:
      return { ...common, kind: 'dequantization' };
    case 22:
      return { ...common, kind: 'reshape' };
    default:
      throw new Error(`TensorFlow Lite operator ${builtin} is not read here`);
  }
}

function activation(code: number): Activation {
  const name = activations[code];
  if (name === undefined) throw new Error(`TensorFlow Lite activation ${code} is unknown`);
  return name;
}
