const box = (left: number, top: number, width: number, height: number): object => ({
  left,
  top,
  width,
  height,
});

const face = (left: number, top: number, width: number, height: number): object => ({
  boundingBox: box(left, top, width, height),
  confidence: 99.42,
  landmarks: [
    { type: 'eyeLeft', x: left + width * 0.32, y: top + height * 0.4 },
    { type: 'eyeRight', x: left + width * 0.68, y: top + height * 0.4 },
    { type: 'nose', x: left + width * 0.5, y: top + height * 0.6 },
    { type: 'mouthLeft', x: left + width * 0.36, y: top + height * 0.77 },
    { type: 'mouthRight', x: left + width * 0.64, y: top + height * 0.77 },
  ],
  pose: { roll: -3.1, yaw: 12.4, pitch: 1.8 },
  quality: { brightness: 61.2, sharpness: 74.9 },
});

const quadrilateral = (left: number, top: number, width: number, height: number): object[] => [
  { x: left, y: top },
  { x: left + width, y: top + 0.01 },
  { x: left + width, y: top + height + 0.01 },
  { x: left, y: top + height },
];

const image = { width: 512, height: 512 };
const text = (id: number, parentId: number | null, words: string, place: object): object => ({
  id,
  type: parentId === null ? 'line' : 'word',
  text: words,
  confidence: 97.3,
  parentId,
  ...place,
});
const place = (left: number, top: number, width: number, height: number): object => ({
  boundingBox: box(left, top, width, height),
  polygon: quadrilateral(left, top, width, height),
});

/** What the operations answer about the picture of the tests, by path. */
export const answers: Readonly<Record<string, object>> = {
  'faces/detect': { faces: [face(0.34, 0.13, 0.2, 0.25)], image },
  'faces/compare': {
    source: face(0.34, 0.13, 0.2, 0.25),
    matches: [{ similarity: 98.7, face: face(0.34, 0.13, 0.2, 0.25) }],
    unmatched: [face(0.7, 0.02, 0.14, 0.18)],
  },
  'labels/detect': {
    labels: [
      {
        name: 'Person',
        confidence: 98.2,
        parents: [],
        categories: [],
        instances: [{ boundingBox: box(0.1, 0.02, 0.78, 0.96), confidence: 98.2 }],
      },
      {
        name: 'Rocket',
        confidence: 71.4,
        parents: ['Vehicle'],
        categories: [],
        instances: [{ boundingBox: box(0.72, 0.05, 0.2, 0.5), confidence: 71.4 }],
      },
      {
        name: 'Space suit',
        confidence: 64.9,
        parents: ['Clothing'],
        categories: [],
        instances: [],
      },
    ],
    image,
  },
  'text/detect': {
    texts: [
      text(0, null, 'NASA mission', place(0.2, 0.62, 0.42, 0.07)),
      text(1, 0, 'NASA', place(0.2, 0.62, 0.16, 0.07)),
      text(2, 0, 'mission', place(0.39, 0.62, 0.23, 0.07)),
      text(3, null, 'E. Collins', place(0.58, 0.74, 0.22, 0.05)),
    ],
    image,
  },
};
