import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { NoFace } from '../src/errors.js';
import { createFacePipeline, type FacePipeline } from '../src/lib/faces/index.js';
import { fitMesh } from '../src/lib/faces/mesh.js';
import { type Raster } from '../src/lib/image/raster.js';
import { Models } from '../src/lib/runtime/models.js';
import { RunClock } from '../src/lib/runtime/session.js';
import { type BoundingBox, type Face, type LandmarkType } from '../src/types.js';

const require = createRequire(import.meta.url);
const demo = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'demo');

// Dozens of whole detections take their time on a busy machine.
jest.setTimeout(60_000);

let models: Models;
let faces: FacePipeline;

beforeAll(async () => {
  models = await Models.load(new RunClock());
  faces = createFacePipeline(models);
});

afterAll(async () => {
  await models.release();
});

const originals = new Map<number, Raster>();

/** A sample photo, 1280 pixels wide, changed on the way. */
async function photo(sample: number, change: (image: Sharp) => Sharp = (image) => image) {
  let original = originals.get(sample);
  if (original === undefined) {
    const bytes = await readFile(join(demo, `sample${sample}.jpg`));
    original = await raster(sharp(bytes).resize(1280).raw());
    originals.set(sample, original);
  }
  return raster(change(sharpOf(original)));
}

function sharpOf({ data, width, height }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

async function raster(image: Sharp): Promise<Raster> {
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  if (info.format !== 'raw') return raster(sharp(data).removeAlpha().raw());
  return { data, width: info.width, height: info.height };
}

function overlap(a: BoundingBox, b: BoundingBox): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  const shared = Math.max(0, width) * Math.max(0, height);
  return shared / (a.width * a.height + b.width * b.height - shared);
}

function box(left: number, top: number, width: number, height: number): BoundingBox {
  return { left, top, width, height };
}

/** The face that is at that place. */
function faceAt(found: readonly Face[], place: BoundingBox): Face {
  const [nearest] = found.toSorted(
    (a, b) => overlap(b.boundingBox, place) - overlap(a.boundingBox, place),
  );
  if (nearest === undefined || overlap(nearest.boundingBox, place) < 0.4) {
    throw new Error(`no face at ${JSON.stringify(place)}`);
  }
  return nearest;
}

function landmark(face: Face, type: LandmarkType) {
  const found = face.landmarks.find((candidate) => candidate.type === type);
  if (found === undefined) throw new Error(`no ${type}`);
  return found;
}

/** Every face of the sample photos: boxes from the hairline to the chin, checked by eye. */
const people: Readonly<Record<number, readonly BoundingBox[]>> = {
  1: [box(0.21, 0.28, 0.1, 0.18), box(0.44, 0.33, 0.1, 0.175), box(0.77, 0.155, 0.105, 0.185)],
  2: [box(0.19, 0.1, 0.08, 0.18), box(0.47, 0.165, 0.08, 0.16), box(0.75, 0.11, 0.1, 0.18)],
  3: [
    box(0.305, 0.245, 0.105, 0.2),
    box(0.56, 0.16, 0.115, 0.22),
    box(0.79, 0.215, 0.09, 0.21),
  ],
  4: [
    box(0.13, 0.125, 0.085, 0.175),
    box(0.345, 0.035, 0.095, 0.18),
    box(0.515, 0.125, 0.09, 0.155),
    box(0.665, 0.09, 0.08, 0.18),
  ],
  5: [
    box(0.195, 0.62, 0.09, 0.21),
    box(0.31, 0.3, 0.085, 0.175),
    box(0.41, 0.08, 0.08, 0.15),
    box(0.58, 0.145, 0.085, 0.17),
    box(0.73, 0.275, 0.09, 0.195),
  ],
  6: [
    box(0.13, 0.3, 0.11, 0.19),
    box(0.355, 0.21, 0.085, 0.2),
    box(0.615, 0.2, 0.1, 0.18),
    box(0.775, 0.17, 0.11, 0.195),
  ],
};
const samples = Object.keys(people).map(Number);
const peopleOn = (sample: number) => people[sample] ?? [];

describe('detecting faces', () => {
  it.each(samples)('finds every face of sample %d where it is, and nothing else', async (n) => {
    const found = await faces.detect(await photo(n));
    expect(found).toHaveLength(peopleOn(n).length);
    for (const place of peopleOn(n)) {
      const face = faceAt(found, place);
      expect(overlap(face.boundingBox, place)).toBeGreaterThan(0.75);
      expect(face.confidence).toBeGreaterThan(90);
      expect(face.confidence).toBeLessThanOrEqual(100);
    }
  });

  it('puts the largest first', async () => {
    const found = await faces.detect(await photo(5));
    const areas = found.map(({ boundingBox: { width, height } }) => width * height);
    expect(areas).toEqual(areas.toSorted((a, b) => b - a));
  });

  it('finds small faces: 25 pixels wide', async () => {
    const found = await faces.detect(await photo(6, (image) => image.resize(250)));
    expect(found).toHaveLength(4);
    for (const place of peopleOn(6)) {
      expect(overlap(faceAt(found, place).boundingBox, place)).toBeGreaterThan(0.6);
    }
  });

  it('finds a face that fills the picture', async () => {
    const closeUp = await photo(6, (image) =>
      image.extract({ left: 773, top: 193, width: 160, height: 213 }).resize(1200),
    );
    const found = await faces.detect(closeUp);
    expect(found).toHaveLength(1);
    expect(found[0]?.boundingBox.height).toBeGreaterThan(0.5);
  });

  it('keeps a face that the edge cuts within the picture', async () => {
    // Through the middle of the face on the right.
    const cut = await photo(6, (image) =>
      image.extract({ left: 0, top: 0, width: 1093, height: 1024 }),
    );
    for (const { boundingBox } of await faces.detect(cut)) {
      expect(boundingBox.left).toBeGreaterThanOrEqual(0);
      expect(boundingBox.top).toBeGreaterThanOrEqual(0);
      expect(boundingBox.left + boundingBox.width).toBeLessThanOrEqual(1);
      expect(boundingBox.top + boundingBox.height).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    ['bodies without heads', 1, { left: 0, top: 467, width: 1280, height: 386 }],
    ['legs', 5, { left: 373, top: 467, width: 867, height: 460 }],
    ['a window and a wall', 6, { left: 0, top: 0, width: 320, height: 240 }],
  ])('finds no face among %s', async (_, sample, part) => {
    expect(await faces.detect(await photo(sample, (image) => image.extract(part)))).toEqual([]);
  });

  it('finds no face in one colour', async () => {
    const grey = { width: 640, height: 480, channels: 3, background: '#777' } as const;
    expect(await faces.detect(await raster(sharp({ create: grey }).raw()))).toEqual([]);
  });
});

describe('landmarks', () => {
  it('are where the eyes, the nose and the mouth are', async () => {
    const face = faceAt(await faces.detect(await photo(6)), box(0.13, 0.3, 0.11, 0.19));
    // Read off the photo.
    const places: readonly (readonly [LandmarkType, number, number])[] = [
      ['eyeLeft', 0.167, 0.394],
      ['eyeRight', 0.223, 0.387],
      ['leftPupil', 0.167, 0.394],
      ['rightPupil', 0.223, 0.387],
      ['nose', 0.2, 0.428],
      ['mouthLeft', 0.18, 0.459],
      ['mouthRight', 0.226, 0.453],
      ['chinBottom', 0.204, 0.496],
    ];
    for (const [type, x, y] of places) {
      const { x: foundX, y: foundY } = landmark(face, type);
      expect(Math.hypot(foundX - x, foundY - y)).toBeLessThan(0.012);
    }
  });

  it('are all there, once, with left and right as the viewer sees them', async () => {
    for (const face of await faces.detect(await photo(6))) {
      expect(new Set(face.landmarks.map(({ type }) => type)).size).toBe(30);
      expect(face.landmarks).toHaveLength(30);
      const x = (type: LandmarkType) => landmark(face, type).x;
      const y = (type: LandmarkType) => landmark(face, type).y;
      expect(x('leftEyeLeft')).toBeLessThan(x('leftEyeRight'));
      expect(x('leftEyeRight')).toBeLessThan(x('rightEyeLeft'));
      expect(x('rightEyeLeft')).toBeLessThan(x('rightEyeRight'));
      expect(x('leftEyeBrowLeft')).toBeLessThan(x('leftEyeBrowRight'));
      expect(x('leftEyeBrowRight')).toBeLessThan(x('rightEyeBrowLeft'));
      expect(x('noseLeft')).toBeLessThan(x('noseRight'));
      expect(x('upperJawlineLeft')).toBeLessThan(x('chinBottom'));
      expect(x('midJawlineLeft')).toBeLessThan(x('chinBottom'));
      expect(x('chinBottom')).toBeLessThan(x('midJawlineRight'));
      expect(x('chinBottom')).toBeLessThan(x('upperJawlineRight'));
      expect(y('upperJawlineLeft')).toBeLessThan(y('midJawlineLeft'));
      expect(y('upperJawlineRight')).toBeLessThan(y('midJawlineRight'));
      expect(y('leftEyeBrowUp')).toBeLessThan(y('leftEyeUp'));
      expect(y('leftEyeUp')).toBeLessThan(y('leftEyeDown'));
      expect(y('mouthUp')).toBeLessThan(y('mouthDown'));
      expect(y('mouthDown')).toBeLessThan(y('chinBottom'));
    }
  });
});

describe('pose', () => {
  it('has the signs of Amazon Rekognition', async () => {
    const on = async (sample: number, person: number) => {
      const place = peopleOn(sample)[person];
      if (place === undefined) throw new Error('no such person');
      return faceAt(await faces.detect(await photo(sample)), place).pose;
    };
    // Leaning to her left, the eye on the right is the lower one.
    expect((await on(1, 2)).roll).toBeGreaterThan(35);
    expect((await on(1, 1)).roll).toBeLessThan(-15);
    // Looking to the right of the picture, and to the left.
    expect((await on(5, 1)).yaw).toBeGreaterThan(20);
    expect((await on(2, 0)).yaw).toBeLessThan(-30);
    // Looking down into her lap, and at the camera with the chin up.
    expect((await on(2, 1)).pitch).toBeLessThan(-15);
    expect((await on(5, 3)).pitch).toBeGreaterThan(15);
    // Straight at the camera.
    const straight = await on(5, 0);
    expect(Math.abs(straight.roll)).toBeLessThan(12);
    expect(Math.abs(straight.yaw)).toBeLessThan(12);
    expect(Math.abs(straight.pitch)).toBeLessThan(12);
  });

  it.each([1, 5, 6])('of a mirrored sample %d has yaw and roll the other way', async (n) => {
    const found = await faces.detect(await photo(n));
    const mirrored = await faces.detect(await photo(n, (image) => image.flop()));
    expect(mirrored).toHaveLength(found.length);
    for (const face of found) {
      const { left, width, ...rest } = face.boundingBox;
      const image = faceAt(mirrored, { left: 1 - left - width, width, ...rest });
      expect(Math.abs(image.pose.roll + face.pose.roll)).toBeLessThan(8);
      expect(Math.abs(image.pose.yaw + face.pose.yaw)).toBeLessThan(12);
      expect(Math.abs(image.pose.pitch - face.pose.pitch)).toBeLessThan(12);
    }
  });

  it.each([-30, 20])(
    'of a photo turned by %d degrees has that much more roll',
    async (angle) => {
      const part = { left: 733, top: 100, width: 533, height: 533 };
      const upright = await faces.detect(await photo(6, (image) => image.extract(part)));
      // In two steps: in one, sharp would turn before it cuts.
      const cut = await photo(6, (image) => image.extract(part));
      const turned = await faces.detect(await raster(sharpOf(cut).rotate(angle)));
      expect(upright).toHaveLength(2);
      expect(turned).toHaveLength(2);
      const rolls = (found: readonly Face[]) =>
        found.map(({ pose }) => pose.roll).toSorted((a, b) => a - b);
      for (const [i, roll] of rolls(upright).entries()) {
        expect(Math.abs((rolls(turned)[i] ?? NaN) - roll - angle)).toBeLessThan(6);
      }
    },
  );
});

describe('the mesh', () => {
  it('is fitted again, level, to a face that was cut out askew', async () => {
    const image = await photo(1);
    // The head on the right leans by 45 degrees.
    const { left, top, width, height } = peopleOn(1)[2] ?? box(0, 0, 0, 0);
    const place = {
      x: left * image.width,
      y: top * image.height,
      width: width * image.width,
      height: height * image.height,
    };
    const net = models.get('face-mesh');
    const known = await fitMesh(image, place, 0.8, net);
    const guessed = await fitMesh(image, place, 0, net);
    const [eye, sameEye] = [known.centre([33, 133]), guessed.centre([33, 133])];
    expect(Math.hypot(eye.x - sameEye.x, eye.y - sameEye.y)).toBeLessThan(4);
    expect(Math.abs(known.roll - guessed.roll)).toBeLessThan(0.2);
  });
});

describe('quality', () => {
  const ofFaces = async (image: Raster) =>
    (await faces.detect(image)).map(({ quality }) => quality);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

  it('is less bright when the photo is darker', async () => {
    const brightness = await Promise.all(
      [1.3, 1, 0.7].map(async (factor) => {
        const image = await photo(6, (image) => image.linear(factor));
        return mean((await ofFaces(image)).map((quality) => quality.brightness));
      }),
    );
    expect(brightness).toEqual(brightness.toSorted((a, b) => b - a));
    expect(brightness[1]).toBeGreaterThan(50);
    expect(brightness[2]).toBeCloseTo((brightness[1] ?? NaN) * 0.7, 0);
  });

  it('is less sharp when the photo is blurred', async () => {
    const sharpness = await Promise.all(
      [0.3, 2, 5].map(async (sigma) => {
        const image = await photo(6, (image) => image.blur(sigma));
        return mean((await ofFaces(image)).map((quality) => quality.sharpness));
      }),
    );
    expect(sharpness[0]).toBeGreaterThan(80);
    expect(sharpness[1]).toBeLessThan((sharpness[0] ?? NaN) - 10);
    expect(sharpness[2]).toBeLessThan(25);
  });
});

describe('comparing faces', () => {
  it('recognises a person on another photo, and tells her from the others', async () => {
    // The fair-haired woman on the right of sample 1 stands in the middle of sample 3.
    const portrait = await photo(1, (image) =>
      image.extract({ left: 920, top: 80, width: 267, height: 267 }),
    );
    const { matches, unmatched } = await faces.compare(portrait, await photo(3), 80);
    expect(matches).toHaveLength(1);
    expect(unmatched).toHaveLength(2);
    expect(matches[0]?.similarity).toBeGreaterThan(90);
    const place = peopleOn(3)[1] ?? box(0, 0, 0, 0);
    expect(overlap(matches[0]?.face.boundingBox ?? box(0, 0, 0, 0), place)).toBeGreaterThan(
      0.75,
    );
  });

  it.each([
    ['darker', (image: Sharp) => image.linear(0.6)],
    ['brighter', (image: Sharp) => image.linear(1.3)],
    ['mirrored', (image: Sharp) => image.flop()],
    ['smaller', (image: Sharp) => image.resize(640)],
    ['turned', (image: Sharp) => image.rotate(12)],
    ['blurred', (image: Sharp) => image.blur(2.5)],
    ['badly compressed', (image: Sharp) => image.jpeg({ quality: 25 })],
  ] as const)('knows the source again when the target is %s', async (_, change) => {
    for (const sample of [1, 5, 6]) {
      const source = await photo(sample);
      const target = await photo(sample, change);
      const { matches, unmatched } = await faces.compare(source, target, 80);
      expect(matches).toHaveLength(1);
      expect(matches[0]?.similarity).toBeGreaterThan(85);
      expect(unmatched).toHaveLength(peopleOn(sample).length - 1);
    }
  });

  it('sorts matches by similarity and splits at the threshold', async () => {
    const source = await photo(6);
    const everyone = await faces.compare(source, source, 0);
    expect(everyone.unmatched).toEqual([]);
    const similarities = everyone.matches.map(({ similarity }) => similarity);
    expect(similarities).toHaveLength(4);
    expect(similarities).toEqual(similarities.toSorted((a, b) => b - a));
    expect(similarities[0]).toBeGreaterThan(99.9);
    expect(similarities[1]).toBeLessThan(80);
    // At the threshold is a match, below it is not.
    const second = await faces.compare(source, source, similarities[1] ?? NaN);
    expect(second.matches).toHaveLength(2);
    expect(second.unmatched).toHaveLength(2);
  });

  it('takes the largest face of the source', async () => {
    const source = await photo(6);
    const [largest] = await faces.detect(source);
    expect((await faces.compare(source, source, 80)).source).toEqual(largest);
  });

  it('says so when the source shows no face', async () => {
    const grey = { width: 320, height: 320, channels: 3, background: '#777' } as const;
    const blank = await raster(sharp({ create: grey }).raw());
    await expect(faces.compare(blank, await photo(1), 80)).rejects.toBeInstanceOf(NoFace);
  });

  it('answers with nothing when the target shows no face', async () => {
    const grey = { width: 320, height: 320, channels: 3, background: '#777' } as const;
    const blank = await raster(sharp({ create: grey }).raw());
    expect(await faces.compare(await photo(1), blank, 80)).toMatchObject({
      matches: [],
      unmatched: [],
    });
  });
});
