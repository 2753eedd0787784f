import type { NamedAttrMap, NamedTensorMap, Tensor } from '@tensorflow/tfjs';
import { tf } from '../tensorflow.ts';

/** A tensor as a kernel saw it. `id` is the tensor's own, unique within the process. */
export interface RecordedTensor {
  readonly id: number;
  readonly shape: readonly number[];
}

/** The value of a tensor that does not depend on the network's input. */
export interface Constant {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

export interface KernelCall {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, RecordedTensor | undefined>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly outputs: readonly RecordedTensor[];
}

export interface Recording {
  readonly input: RecordedTensor;
  readonly calls: readonly KernelCall[];
  readonly constants: ReadonlyMap<number, Constant>;
  readonly outputs: Readonly<Record<string, RecordedTensor & { values: Float32Array }>>;
}

/** A network as a function of its pixels. */
export type Network = (pixels: Tensor) => Readonly<Record<string, Tensor>>;

/**
 * Runs a network once and records the TensorFlow.js kernels that its outputs went through.
 *
 * A network here has no control flow that depends on its input, so one run shows the whole
 * graph. What does not depend on the input (weights, anchors, folded constants) is kept by
 * value.
 */
export function record(network: Network, pixels: Tensor): Recording {
  const engine = tf.engine();
  const original = engine.runKernel.bind(engine);
  const calls: KernelCall[] = [];
  const constants = new Map<number, Constant>();
  const dependent = new Set<number>([pixels.id]);
  let depth = 0;

  const capture = (tensor: Tensor): RecordedTensor => {
    if (!dependent.has(tensor.id) && !constants.has(tensor.id)) {
      const values = Float32Array.from(tensor.dataSync());
      constants.set(tensor.id, { values, shape: [...tensor.shape] });
    }
    return { id: tensor.id, shape: [...tensor.shape] };
  };

  const recordingKernel = (
    kernel: string,
    inputs: NamedTensorMap,
    attributes?: NamedAttrMap,
  ): Tensor | Tensor[] => {
    depth += 1;
    let result: Tensor | Tensor[];
    try {
      result = original<Tensor | Tensor[]>(kernel, inputs, attributes);
    } finally {
      depth -= 1;
    }
    // A kernel may be made of kernels; the outer one is what has a counterpart in ONNX.
    if (depth > 0) return result;
    const tensors = Object.entries(inputs as Record<string, Tensor | null | undefined>).filter(
      (entry): entry is [string, Tensor] => entry[1] instanceof tf.Tensor,
    );
    if (!tensors.some(([, tensor]) => dependent.has(tensor.id))) return result;
    const results: readonly Tensor[] = Array.isArray(result) ? result : [result];
    for (const tensor of results) dependent.add(tensor.id);
    calls.push({
      kernel,
      inputs: Object.fromEntries(tensors.map(([name, tensor]) => [name, capture(tensor)])),
      attributes: structuredClone(attributes ?? {}),
      outputs: results.map(capture),
    });
    return result;
  };
  engine.runKernel = recordingKernel as typeof engine.runKernel;
  try {
    const outputs = Object.entries(network(pixels)).map(([name, tensor]) => {
      const values = Float32Array.from(tensor.dataSync());
      return [name, { ...capture(tensor), values }] as const;
    });
    return {
      input: capture(pixels),
      calls,
      constants,
      outputs: Object.fromEntries(outputs),
    };
  } finally {
    engine.runKernel = original;
  }
}
