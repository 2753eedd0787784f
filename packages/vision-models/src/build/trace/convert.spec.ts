import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-node';
import { noisePicture } from '../noise.ts';
import { startTensorflow, tf } from '../tensorflow.ts';
import { largestDifference } from '../verify.ts';
import { convert } from './convert.ts';
import { record } from './recording.ts';

type Picture = (pixels: Tensor4D) => Tensor;

const size = [11, 14] as const;

beforeAll(startTensorflow);

function pixelsOf(seed: number): { bytes: Uint8Array; tensor: Tensor } {
  const bytes = noisePicture(seed, ...size);
  return { bytes, tensor: tf.tensor(Float32Array.from(bytes), [1, ...size, 3]) };
}

/** Converts a network and compares it with itself on another picture. */
async function check(network: Picture): Promise<void> {
  const run = (pixels: Tensor) => ({ result: network(tf.div(pixels, 255)) });
  const onnx = convert('test', record(run, pixelsOf(1).tensor)).serialize();
  const { bytes, tensor } = pixelsOf(2);
  const expected = run(tensor).result;
  const session = await InferenceSession.create(onnx, { logSeverityLevel: 3 });
  const outputs = await session.run({
    pixels: new OnnxTensor('uint8', bytes, [1, ...size, 3]),
  });
  await session.release();
  expect(outputs['result']?.dims).toEqual(expected.shape);
  const actual = outputs['result']?.data as Float32Array;
  expect(largestDifference(actual, expected.dataSync() as Float32Array)).toBeLessThan(1e-5);
}

let seed = 0;
/** Weights between -0.5 and 0.5, the same in each run. */
function weights(...shape: number[]): Tensor {
  seed += 1;
  return tf.randomUniform(shape, -0.5, 0.5, 'float32', seed);
}

const filter = (...shape: [number, number, number, number]): Tensor4D =>
  tf.reshape(weights(...shape), shape);

/** A layer that leaves its output channels first in ONNX. */
const layer = (x: Tensor4D, channels = 4): Tensor4D =>
  tf.conv2d(x, filter(3, 3, x.shape[3], channels), 1, 'same');

const cases: Readonly<Record<string, Picture>> = {
  'a convolution': (x) => layer(x),
  'a convolution with stride 2, padded at the end': (x) =>
    tf.conv2d(x, filter(3, 3, 3, 5), 2, 'same'),
  'a convolution with unequal strides and kernel, unpadded': (x) =>
    tf.conv2d(x, filter(2, 5, 3, 5), [1, 2], 'valid'),
  'a fused convolution with bias and relu': (x) =>
    tf.fused.conv2d({
      x,
      filter: filter(3, 3, 3, 6),
      strides: 2,
      pad: 'same',
      bias: weights(6),
      activation: 'relu',
    }),
  'a fused convolution with prelu': (x) =>
    tf.fused.conv2d({
      x,
      filter: filter(1, 1, 3, 6),
      strides: 1,
      pad: 'valid',
      activation: 'prelu',
      preluActivationWeights: weights(1, 1, 6),
    }),
  'a depthwise convolution': (x) => tf.depthwiseConv2d(x, filter(3, 3, 3, 1), 2, 'same'),
  'a depthwise convolution with a multiplier': (x) =>
    tf.depthwiseConv2d(x, filter(3, 3, 3, 2), 1, 'same'),
  'a fused depthwise convolution with bias and relu6': (x) =>
    tf.fused.depthwiseConv2d({
      x: tf.mul(x, 20),
      filter: filter(3, 3, 3, 1),
      strides: 1,
      pad: 'same',
      bias: weights(3),
      activation: 'relu6',
    }),
  'maximum pooling': (x) => tf.maxPool(x, 3, 2, 'same'),
  'average pooling, with the padding outside the average': (x) =>
    tf.avgPool(x, [3, 2], 2, 'same'),
  'arithmetic with scalars': (x) => tf.sub(tf.mul(tf.add(x, 0.5), 3), tf.div(x, 7)),
  'arithmetic with a number for each channel': (x) =>
    tf.add(tf.mul(layer(x), weights(4)), weights(1, 1, 1, 4)),
  'arithmetic with a constant of every pixel': (x) => tf.mul(layer(x), weights(1, 11, 14, 4)),
  'arithmetic of both layouts': (x) => tf.add(tf.mul(layer(x, 3), 2), x),
  'arithmetic of ranks': (x) =>
    tf.div(tf.reshape(layer(x), [154, 4]), tf.tensor1d([1, 2, 3, 4])),
  relu: (x) => tf.relu(layer(x)),
  sigmoid: (x) => tf.sigmoid(layer(x)),
  exp: (x) => tf.exp(x),
  'a clipped value': (x) => tf.clipByValue(tf.mul(layer(x), 9), -1, 2),
  'a leaky relu': (x) => tf.leakyRelu(layer(x), 0.1),
  'a prelu with slopes below one': (x) =>
    tf.prelu(layer(x), tf.tensor4d([[[[-2, 0, 0.5, 1]]]])),
  'a prelu with slopes above one': (x) =>
    tf.prelu(layer(x), tf.tensor4d([[[[-2, 0, 0.5, 1.5]]]])),
  'a batch normalisation': (x) =>
    tf.batchNorm(layer(x), weights(4), tf.abs(weights(4)), weights(4), weights(4), 0.01),
  'padding of channels': (x) =>
    tf.pad(layer(x), [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 3],
    ]),
  'padding of edges with a value': (x) =>
    tf.pad(
      x,
      [
        [0, 0],
        [1, 2],
        [3, 0],
        [0, 0],
      ],
      0.25,
    ),
  'a concatenation of channels with zeros': (x) =>
    tf.concat([layer(x), tf.zeros([1, 11, 14, 2])], 3),
  'a concatenation of rows': (x) => tf.concat([layer(x), layer(x)], 1),
  'a concatenation of both layouts': (x) => tf.concat([layer(x), x], -1),
  'a concatenation of vectors': (x) =>
    tf.concat([tf.reshape(x, [-1]), tf.tensor1d([1, 2]), tf.reshape(layer(x), [-1])]),
  'a network with channels first inside': (x) => {
    const first = tf.transpose(layer(x), [0, 3, 1, 2]);
    const padded = tf.pad(first, [
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 1],
    ]);
    const last: Tensor4D = tf.transpose(padded, [0, 2, 3, 1]);
    return tf.conv2d(last, filter(3, 3, 4, 2), 1, 'valid');
  },
  'any other transposition': (x) => tf.transpose(layer(x), [3, 1, 0, 2]),
  'a slice': (x) => tf.slice(layer(x), [0, 2, 3, 1], [-1, 4, -1, 2]),
  'a split': (x) => tf.mul(...(tf.split(layer(x), [1, 3], 3) as [Tensor, Tensor])),
  'a stack of what was unstacked': (x) =>
    tf.stack(tf.unstack(tf.reshape(x, [154, 3]), 1).reverse(), 1),
  'a gathering of channels': (x) => tf.gather(tf.transpose(x, [0, 3, 1, 2]), [2, 0, 1, 1], 1),
  'a bilinear enlargement with aligned corners': (x) =>
    tf.image.resizeBilinear(x, [20, 31], true),
  'a bilinear enlargement with half pixels': (x) =>
    tf.image.resizeBilinear(layer(x), [22, 28], false, true),
  'a bilinear enlargement from the corner': (x) => tf.image.resizeBilinear(layer(x), [22, 28]),
  'a mean over the picture and a matrix': (x) =>
    tf.matMul(tf.mean<Tensor2D>(layer(x), [1, 2]), weights(4, 6)),
  'a constant that was computed': (x) => tf.mul(x, tf.sigmoid(weights(3))),
};

describe('convert', () => {
  it.each(Object.entries(cases))('writes %s', async (_, network) => {
    seed = 0;
    const made: Tensor[] = [];
    // Weights are made once: record and run have to see the same.
    const stable: Picture = (x) => {
      seed = 0;
      const result = network(x);
      made.push(result);
      return result;
    };
    await check(stable);
    expect(made).toHaveLength(2);
  });

  it('says which kernel it does not know', () => {
    const run = (pixels: Tensor) => ({ result: tf.cos(pixels) });
    const recording = record(run, pixelsOf(1).tensor);
    expect(() => convert('test', recording)).toThrow('no ONNX counterpart of Cos');
  });

  it('refuses a form of a kernel that no network here has', () => {
    const run = (pixels: Tensor) => ({
      result: tf.conv2d(pixels as Tensor4D, filter(3, 3, 3, 2), 1, 'same', 'NHWC', 2),
    });
    const recording = record(run, pixelsOf(1).tensor);
    expect(() => convert('test', recording)).toThrow('dilated');
  });

  it('leaves TensorFlow.js as it was, also when a network fails', () => {
    const { runKernel } = tf.engine();
    expect(() =>
      record(() => {
        throw new Error('broken network');
      }, pixelsOf(1).tensor),
    ).toThrow('broken network');
    record((pixels) => ({ result: tf.relu(pixels) }), pixelsOf(1).tensor);
    expect(tf.engine().runKernel.name).toContain(runKernel.name);
    expect(tf.relu(tf.tensor1d([-1, 2])).dataSync()).toEqual(Float32Array.of(0, 2));
  });
});
