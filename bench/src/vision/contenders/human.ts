import { readFile } from 'node:fs/promises';
import { loadPeer, peerFile } from '../../frame/peers.ts';
import { serve } from '../../frame/serve.ts';
import type { Material } from '../material.ts';
import type { Viewer } from './contract.ts';
import { at, viewer } from './viewer.ts';

interface Tensor {
  readonly shape: readonly number[];
}

interface Result {
  readonly face: readonly { readonly embedding?: readonly number[] }[];
  readonly object: readonly unknown[];
  readonly error: string | null;
}

interface Human {
  readonly tf: {
    tensor3d(data: Uint8Array, shape: number[], type: 'int32'): Tensor;
    dispose(tensor: Tensor): void;
    getBackend(): string;
  };
  readonly match: { similarity(a: readonly number[], b: readonly number[]): number };
  load(): Promise<void>;
  detect(input: Tensor, config: object): Promise<Result>;
}

interface Decoder {
  rotate(): Decoder;
  removeAlpha(): Decoder;
  raw(): Decoder;
  toBuffer(options: { resolveWithObject: true }): Promise<{
    data: Uint8Array;
    info: { width: number; height: number };
  }>;
}

const off = { enabled: false };
const on = { enabled: true };

/**
 * @vladmandic/human on TensorFlow's WebAssembly with SIMD: the fastest of its backends
 * that installs without running a script. (tfjs-node downloads its library in one; the
 * WebAssembly backend has no threads in Node.) Everything that is not asked for is off,
 * and so is every kind of caching between calls.
 */
serve<Material, Viewer>(async (material) => {
  // It fetches its models, and Node's fetch knows no files.
  const fetchFile = async (url: string | URL | Request): Promise<Response> => {
    const path = url instanceof Request ? url.url : String(url);
    const type = path.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    return new Response(await readFile(new URL(path)), { headers: { 'content-type': type } });
  };
  globalThis.fetch = fetchFile;

  const { Human } = (
    await loadPeer<{ default: { Human: new (config: object) => Human } }>(
      peerFile('@vladmandic/human/dist/human.node-wasm.js').href,
    )
  ).default;
  const { default: sharp } = await loadPeer<{ default: (bytes: Buffer) => Decoder }>('sharp');

  const face = {
    enabled: true,
    detector: { rotation: false, maxDetected: 100 },
    mesh: on,
    iris: off,
    emotion: off,
    antispoof: off,
    liveness: off,
    description: on,
  };
  const human = new Human({
    backend: 'wasm',
    wasmPath: peerFile('@tensorflow/tfjs-backend-wasm/dist/').pathname,
    modelBasePath: peerFile('@vladmandic/human/models/').href,
    cacheSensitivity: 0,
    skipAllowed: false,
    filter: off,
    gesture: off,
    body: off,
    hand: off,
    segmentation: off,
    face,
    object: on,
  });
  await human.load();
  if (human.tf.getBackend() !== 'wasm') throw new Error('not on the WebAssembly backend');

  const photos = await Promise.all(material.photos.map((path) => readFile(path)));
  const detect = async (bytes: Buffer, config: object): Promise<Result> => {
    const decoded = sharp(bytes).rotate().removeAlpha().raw();
    const { data, info } = await decoded.toBuffer({ resolveWithObject: true });
    const tensor = human.tf.tensor3d(data, [info.height, info.width, 3], 'int32');
    const result = await human.detect(tensor, config);
    human.tf.dispose(tensor);
    if (result.error !== null) throw new Error(result.error);
    return result;
  };

  const facesAlone = { face: { ...face, description: off }, object: off };
  const facesDescribed = { face, object: off };
  const labels = { face: off, object: on };
  return {
    methods: viewer(
      material,
      {
        faces: async (call) => (await detect(at(photos, call), facesAlone)).face,
        compare: async (call) => {
          const source = await detect(at(photos, call), facesDescribed);
          const target = await detect(at(photos, call + 1), facesDescribed);
          const sought = source.face[0]?.embedding;
          if (!sought) throw new Error('found no face in the source');
          return target.face.map(({ embedding }) =>
            human.match.similarity(sought, embedding ?? []),
          );
        },
        labels: async (call) => (await detect(at(photos, call), labels)).object,
      },
      () => Promise.reject(new Error('does not read')),
    ),
  };
});
