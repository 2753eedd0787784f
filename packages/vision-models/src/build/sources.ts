import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { GraphModel, Tensor, io } from '@tensorflow/tfjs';
import { tf } from './tensorflow.ts';
import type { Network } from './trace/recording.ts';

const require = createRequire(import.meta.url);

/** The folder of an installed package. */
export function packageFolder(name: string): string {
  // Not require.resolve(name): some packages export neither a main nor their package.json.
  for (const folder of require.resolve.paths(name) ?? []) {
    const manifest = join(folder, name, 'package.json');
    try {
      return dirname(require.resolve(manifest));
    } catch {
      continue;
    }
  }
  throw new Error(`${name} is not installed`);
}

/** Loads a TensorFlow.js graph model from its JSON file and the weights beside it. */
export async function loadGraphModel(packageName: string, path: string): Promise<GraphModel> {
  const file = join(packageFolder(packageName), path);
  const model = JSON.parse(await readFile(file, 'utf8')) as io.ModelJSON;
  const parts = model.weightsManifest.flatMap((group) => group.paths);
  const weights = await Promise.all(parts.map((part) => readFile(join(dirname(file), part))));
  const weightData = new Uint8Array(Buffer.concat(weights)).buffer;
  return tf.loadGraphModel({
    load: () =>
      Promise.resolve({
        modelTopology: model.modelTopology,
        weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
        weightData,
        ...(model.format !== undefined && { format: model.format }),
        ...(model.signature !== undefined && { signature: model.signature }),
      }),
  });
}

/** Runs a graph model for the outputs named, in that order. */
export function execute(model: GraphModel, input: Tensor, names: readonly string[]): Tensor[] {
  const [only] = model.inputs;
  if (only === undefined || model.inputs.length > 1) throw new Error('one input expected');
  const outputs = model.execute({ [only.name]: input }, [...names]);
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** What is used of face-api's networks. They ask their input for a batch of pixels. */
interface FaceApi {
  readonly NetInput: { readonly prototype: object };
  readonly nets: {
    readonly ssdMobilenetv1: {
      loadFromDisk(folder: string): Promise<void>;
      forwardInput(input: object): { boxes: Tensor[]; scores: Tensor[] };
    };
    readonly faceRecognitionNet: {
      loadFromDisk(folder: string): Promise<void>;
      forwardInput(input: object): Tensor;
    };
  };
}

/** face-api's networks on the TensorFlow.js instance of this process. */
export async function loadFaceApi(): Promise<{ ssd: Network; embedding: Network }> {
  // Its main entry wants the native TensorFlow; this one is content with WebAssembly.
  const faceApi = require('@vladmandic/face-api/dist/face-api.node-wasm.js') as FaceApi;
  const { ssdMobilenetv1, faceRecognitionNet } = faceApi.nets;
  const folder = join(packageFolder('@vladmandic/face-api'), 'model');
  await ssdMobilenetv1.loadFromDisk(folder);
  await faceRecognitionNet.loadFromDisk(folder);
  const netInput = (pixels: Tensor): object =>
    Object.assign(Object.create(faceApi.NetInput.prototype) as object, {
      toBatchTensor: () => pixels,
    });
  return {
    ssd: (pixels) => {
      const { boxes, scores } = ssdMobilenetv1.forwardInput(netInput(pixels));
      return { boxes: first(boxes), scores: first(scores) };
    },
    embedding: (pixels) => ({ embedding: faceRecognitionNet.forwardInput(netInput(pixels)) }),
  };
}

function first(batch: readonly Tensor[]): Tensor {
  const [tensor] = batch;
  if (tensor === undefined) throw new Error('an output without a tensor');
  return tensor;
}
