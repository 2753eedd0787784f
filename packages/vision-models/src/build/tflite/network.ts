import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '../tensorflow.ts';
import { type TfliteModel, type TfliteOperator, floatsOf } from './model.ts';

/**
 * Runs a TensorFlow Lite model on TensorFlow.js and returns its outputs. Under the recorder
 * this is how a TensorFlow Lite model becomes ONNX.
 */
export function runTflite(model: TfliteModel, input: Tensor): Tensor[] {
  const computed = new Map<number, Tensor>();
  const [entry] = model.inputs;
  if (entry === undefined) throw new Error('a model without an input');
  computed.set(entry, input);

  const tensorAt = (index: number): Tensor => {
    let tensor = computed.get(index);
    if (tensor === undefined) {
      const constant = model.tensors[index];
      if (constant === undefined) throw new Error(`no tensor ${index}`);
      tensor = tf.tensor(floatsOf(constant), [...constant.shape]);
      computed.set(index, tensor);
    }
    return tensor;
  };

  for (const operator of model.operators) {
    const [target] = operator.outputs;
    if (target === undefined) throw new Error('an operator without an output');
    const shape = model.tensors[target]?.shape ?? [];
    // The second input of a reshape is the shape again, as a tensor of integers.
    const inputs = operator.kind === 'reshape' ? operator.inputs.slice(0, 1) : operator.inputs;
    const result = apply(operator, inputs.map(tensorAt), shape);
    if (result.shape.join() !== shape.join()) {
      throw new Error(`${operator.kind}: ${result.shape.join()} instead of ${shape.join()}`);
    }
    computed.set(target, result);
  }
  return model.outputs.map(tensorAt);
}

function apply(
  operator: TfliteOperator,
  inputs: readonly Tensor[],
  shape: readonly number[],
): Tensor {
  const [x, filter, bias] = inputs;
  if (x === undefined) throw new Error(`${operator.kind} without an input`);
  switch (operator.kind) {
    case 'dequantization':
      return x;
    case 'reshape':
      return tf.reshape(x, [...shape]);
    case 'concatenation':
      return tf.concat([...inputs], operator.axis);
    case 'addition':
      if (filter === undefined || operator.activation !== 'linear') break;
      return tf.add(x, filter);
    case 'convolution':
    case 'depthwise convolution': {
      if (filter === undefined || bias === undefined) break;
      const options = {
        x: x as Tensor4D,
        strides: operator.strides,
        pad: operator.padding,
        bias,
        activation: operator.activation,
      };
      // Filters are [out, height, width, in] there, [height, width, in, out] here; a
      // depthwise one is [1, height, width, channels].
      return operator.kind === 'convolution'
        ? tf.fused.conv2d({
            ...options,
            filter: tf.transpose(filter, [1, 2, 3, 0]) as Tensor4D,
          })
        : tf.fused.depthwiseConv2d({
            ...options,
            filter: tf.expandDims(tf.squeeze<Tensor3D>(filter, [0]), 3),
          });
    }
  }
  throw new Error(`${operator.kind} in a form that is not run here`);
}
