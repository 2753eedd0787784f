import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import {
  type BoundingBox,
  createVisionEngine,
  EngineClosed,
  InvalidOption,
  type Label,
  type TextDetection,
  type VisionEngine,
  VisionError,
} from '../src/index.js';
import {
  animatedPng,
  flipped,
  plainPng,
  pngBomb,
  pngClaiming,
  pngTextBomb,
  withOrientation,
} from './images/broken.js';
import { textPictures } from './images/texts.js';

// Loading nets and running them takes a busy machine longer than Jest's five seconds.
jest.setTimeout(120_000);

const require = createRequire(import.meta.url);

const ownImage = (file: string): Buffer =>
  readFileSync(new URL(`images/${file}`, import.meta.url));
const groupPhoto = (n: number): Buffer =>
  readFileSync(require.resolve(`@vladmandic/face-api/demo/sample${n}.jpg`));

const logged: unknown[] = [];
let engine: VisionEngine;

beforeAll(async () => {
  engine = await createVisionEngine({
    workers: 2,
    queueLimit: 200,
    deadlineMs: 120_000,
    logger: {
      info: (...entry) => logged.push(entry),
      warn: (...entry) => logged.push(entry),
    },
  });
  await engine.ready();
});

afterAll(async () => {
  await engine.close();
});

function overlap(a: BoundingBox, b: BoundingBox): number {
  const width = Math.min(a.left + a.width, b.left + b.width) - Math.max(a.left, b.left);
  const height = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

function box(left: number, top: number, right: number, bottom: number): BoundingBox {
  return { left, top, width: right - left, height: bottom - top };
}

/** The error of a call; fails the test when there is none. */
async function errorOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (outcome === undefined) throw new Error('expected a rejection');
  return outcome.error;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const error = await errorOf(call);
  if (!(error instanceof VisionError)) throw error;
  return error.code;
}

const named = (labels: readonly Label[], name: string): Label | undefined =>
  labels.find((label) => label.name === name);

describe('labels', () => {
  // Boxes as a person draws them, looking at the pictures.
  it('finds the cat and what follows from it', async () => {
    const { labels, image } = await engine.detectLabels(ownImage('cat.jpg'));
    expect(image).toEqual({ width: 451, height: 300 });
    const cat = named(labels, 'Cat');
    expect(cat?.confidence).toBeGreaterThan(85);
    expect(cat?.instances).toHaveLength(1);
    expect(
      overlap(cat?.instances[0]?.boundingBox ?? box(0, 0, 0, 0), box(0, 0, 0.97, 1)),
    ).toBeGreaterThan(0.85);
    expect(cat?.parents).toEqual(['Mammal', 'Pet', 'Animal']);
    for (const parent of ['Mammal', 'Pet', 'Animal']) {
      expect(named(labels, parent)?.confidence).toBe(cat?.confidence);
      expect(named(labels, parent)?.instances).toEqual([]);
    }
    expect(named(labels, 'Dog')).toBeUndefined();
    expect(named(labels, 'Person')).toBeUndefined();
  });

  it('finds the cup, by the narrower of its names', async () => {
    const { labels } = await engine.detectLabels(ownImage('coffee.jpg'));
    const cup = named(labels, 'Coffee Cup');
    expect(cup?.instances).toHaveLength(1);
    expect(
      overlap(cup?.instances[0]?.boundingBox ?? box(0, 0, 0, 0), box(0.28, 0.03, 0.69, 0.77)),
    ).toBeGreaterThan(0.8);
    expect(cup?.parents).toEqual(['Cup', 'Tableware']);
    expect(named(labels, 'Cup')?.instances).toEqual([]);
  });

  it('finds the man behind the camera, in grey', async () => {
    const { labels } = await engine.detectLabels(ownImage('cameraman.jpg'));
    const [person] = named(labels, 'Person')?.instances ?? [];
    expect(person?.confidence).toBeGreaterThan(90);
    expect(
      overlap(person?.boundingBox ?? box(0, 0, 0, 0), box(0, 0.13, 0.55, 1)),
    ).toBeGreaterThan(0.8);
  });

  it.each([
    [1, 3],
    [3, 2],
    [6, 4],
  ])('counts the people of group photo %i', async (photo, people) => {
    const { labels } = await engine.detectLabels(groupPhoto(photo));
    expect(named(labels, 'Person')?.instances).toHaveLength(people);
  });

  it('sorts by confidence, keeps to the minimum, and cuts at the maximum', async () => {
    const photo = groupPhoto(2);
    const { labels } = await engine.detectLabels(photo, { minConfidence: 20 });
    const confidences = labels.map((label) => label.confidence);
    expect(confidences).toEqual(confidences.toSorted((a, b) => b - a));
    expect(Math.min(...confidences)).toBeGreaterThanOrEqual(20);
    expect(labels.length).toBeGreaterThan((await engine.detectLabels(photo)).labels.length);
    const two = await engine.detectLabels(photo, { minConfidence: 20, maxLabels: 2 });
    expect(two.labels).toEqual(labels.slice(0, 2));
    expect((await engine.detectLabels(photo, { minConfidence: 100 })).labels).toEqual([]);
  });

  it('has nothing to say of a blank image', async () => {
    const blank = plainPng(200, 100, { bits: 8, colours: 'rgb', fill: 255 });
    expect(await engine.detectLabels(blank)).toEqual({
      labels: [],
      image: { width: 200, height: 100 },
    });
  });
});

describe('text', () => {
  const lines = (texts: readonly TextDetection[]): TextDetection[] =>
    texts.filter((text) => text.type === 'line');

  it.each(textPictures.map((picture) => [picture.file, picture] as const))(
    'reads every line of %s, in order',
    async (file, picture) => {
      const { texts, image } = await engine.detectText(ownImage(file));
      expect(image).toEqual({ width: picture.width, height: picture.height });
      expect(lines(texts).map((line) => line.text)).toEqual(
        picture.lines.map((line) => line.text),
      );
      for (const text of texts) expect(text.confidence).toBeGreaterThan(80);
    },
  );

  it.each(textPictures.map((picture) => [picture.file, picture] as const))(
    'finds every line of %s where it was drawn, along its base line',
    async (file, picture) => {
      const { texts } = await engine.detectText(ownImage(file));
      for (const [i, line] of lines(texts).entries()) {
        const drawn = picture.lines[i];
        const [topLeft, topRight, bottomRight, bottomLeft] = line.polygon;
        if (!drawn || !topLeft || !topRight || !bottomRight || !bottomLeft)
          throw new Error('no polygon');
        const pixels = (p: { x: number; y: number }): { x: number; y: number } => ({
          x: p.x * picture.width,
          y: p.y * picture.height,
        });
        // The base line starts near the lower left corner, as the reader sees it.
        const start = pixels(bottomLeft);
        expect(Math.hypot(start.x - drawn.x, start.y - drawn.y)).toBeLessThan(drawn.size);
        // It runs in the direction in which the line was drawn …
        const end = pixels(bottomRight);
        const degrees = (Math.atan2(end.y - start.y, end.x - start.x) * 180) / Math.PI;
        const turn = Math.abs(degrees - (drawn.degrees ?? 0)) % 360;
        expect(Math.min(turn, 360 - turn)).toBeLessThan(2);
        // … and the box is as high as a line of that size.
        const top = pixels(topLeft);
        const height = Math.hypot(start.x - top.x, start.y - top.y);
        expect(height / drawn.size).toBeGreaterThan(0.7);
        expect(height / drawn.size).toBeLessThan(1.9);
      }
    },
  );

  it('numbers lines first, then words, which lie within their lines', async () => {
    const { texts } = await engine.detectText(ownImage('text-notice.png'));
    expect(texts.map((text) => text.id)).toEqual(texts.map((_, i) => i));
    const lineCount = lines(texts).length;
    expect(texts.slice(0, lineCount).every((text) => text.parentId === null)).toBe(true);
    for (const line of lines(texts)) {
      const words = texts.filter((text) => text.parentId === line.id);
      expect(words.map((word) => word.text).join(' ')).toBe(line.text);
      for (const [i, word] of words.entries()) {
        const { left, top, width, height } = word.boundingBox;
        expect(left).toBeGreaterThanOrEqual(line.boundingBox.left - 1e-9);
        expect(left + width).toBeLessThanOrEqual(
          line.boundingBox.left + line.boundingBox.width + 1e-9,
        );
        expect(top).toBeCloseTo(line.boundingBox.top, 2);
        expect(height).toBeCloseTo(line.boundingBox.height, 2);
        // Words follow one another: each middle is right of the one before.
        const before = words[i - 1]?.boundingBox;
        if (before) expect(left + width / 2).toBeGreaterThan(before.left + before.width);
      }
    }
  });

  it('leaves out what is less sure than asked for', async () => {
    const picture = ownImage('text-notice.png');
    const all = await engine.detectText(picture, { minConfidence: 0 });
    const bar = Math.min(...lines(all.texts).map((line) => line.confidence)) + 1e-4;
    const sure = await engine.detectText(picture, { minConfidence: bar });
    expect(lines(sure.texts)).toHaveLength(lines(all.texts).length - 1);
    for (const text of sure.texts) expect(text.confidence).toBeGreaterThanOrEqual(bar);
  });

  it('reads nothing on a photograph without writing', async () => {
    expect((await engine.detectText(ownImage('cat.jpg'))).texts).toEqual([]);
  });
});

describe('the orientation in a photograph', () => {
  it('is applied: sizes and boxes are those of the upright image', async () => {
    const upright = await engine.detectLabels(ownImage('cameraman.jpg'));
    const [expected] = named(upright.labels, 'Person')?.instances ?? [];
    // 6: shown turned by 90°; 2: mirrored.
    const turned = await engine.detectLabels(withOrientation(ownImage('cat.jpg'), 6));
    expect(turned.image).toEqual({ width: 300, height: 451 });
    const flippedBack = await engine.detectLabels(
      withOrientation(ownImage('cameraman.jpg'), 2),
    );
    const [mirrored] = named(flippedBack.labels, 'Person')?.instances ?? [];
    const { left, top, width, height } = expected?.boundingBox ?? box(0, 0, 0, 0);
    expect(
      overlap(mirrored?.boundingBox ?? box(0, 0, 0, 0), {
        left: 1 - left - width,
        top,
        width,
        height,
      }),
    ).toBeGreaterThan(0.85);
  });
});

describe('input that is refused', () => {
  const jpeg = groupPhoto(1);
  const png = ownImage('text-dark.png');
  const webp = Buffer.from('RIFF\x24\0\0\0WEBPVP8 \x18\0\0\0', 'latin1');

  it.each([
    ['no bytes', Buffer.alloc(0), 'invalid_image'],
    ['garbage', Buffer.from('not an image at all'), 'invalid_image'],
    [
      'a page that is a JPEG further on',
      Buffer.concat([Buffer.from('<html>'), jpeg]),
      'invalid_image',
    ],
    ['a JPEG cut in half', jpeg.subarray(0, jpeg.byteLength >> 1), 'invalid_image'],
    ['a JPEG cut near its end', jpeg.subarray(0, jpeg.byteLength - 300), 'invalid_image'],
    ['the start of a JPEG', Buffer.from([0xff, 0xd8, 0xff]), 'invalid_image'],
    ['a PNG cut in half', png.subarray(0, png.byteLength >> 1), 'invalid_image'],
    ['a PNG with changed bits', flipped(png, 700, 997), 'invalid_image'],
    ['a WebP cut short', webp, 'invalid_image'],
    [
      'a GIF with the signature of a PNG',
      Buffer.from('\x89PNG\r\n\x1a\nGIF89a\x01\0\x01\0', 'latin1'),
      'invalid_image',
    ],
    [
      'an image of 79 pixels',
      plainPng(79, 200, { bits: 8, colours: 'rgb', fill: 9 }),
      'invalid_image',
    ],
    [
      'a side of 10,001 pixels',
      plainPng(10_001, 80, { bits: 1, colours: 'grey', fill: 0 }),
      'invalid_image',
    ],
    [
      '40 million pixels and more',
      plainPng(8000, 5001, { bits: 1, colours: 'grey', fill: 0 }),
      'invalid_image',
    ],
    ['20,000 x 20,000 pixels', pngBomb(), 'invalid_image'],
    ['a header that promises too much', pngClaiming(0x7fffffff, 0x7fffffff), 'invalid_image'],
    ['a header that promises more than there is', pngClaiming(3000, 3000), 'invalid_image'],
    ['a GIF', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'), 'unsupported_media_type'],
    ['a TIFF', Buffer.from('II*\0\x08\0\0\0\0\0', 'latin1'), 'unsupported_media_type'],
    ['an AVIF', Buffer.from('\0\0\0\x1cftypavif\0\0\0\0', 'latin1'), 'unsupported_media_type'],
    [
      'an SVG that names a file',
      Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><image href="file:///etc/passwd"/></svg>',
      ),
      'unsupported_media_type',
    ],
    [
      'more than 5 MiB',
      Buffer.concat([jpeg, Buffer.alloc(5 * 1024 * 1024)]),
      'image_too_large',
    ],
  ])('%s', async (_, bytes, code) => {
    expect(await codeOf(engine.detectFaces(bytes))).toBe(code);
    expect(await codeOf(engine.detectText(bytes))).toBe(code);
  });

  it('leaves libvips no other decoder, in the whole process', async () => {
    // libvips is one per process, so what the workers forbid can be seen from here.
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>');
    await expect(sharp(svg).metadata()).rejects.toThrow('unsupported image format');
    const path = fileURLToPath(new URL('images/cat.jpg', import.meta.url));
    await expect(sharp(path).metadata()).rejects.toThrow('unsupported image format');
    expect((await sharp(readFileSync(path)).metadata()).format).toBe('jpeg');
  });

  it('counts bytes to the last one', async () => {
    const filled = (size: number): Buffer =>
      Buffer.concat([jpeg, Buffer.alloc(size - jpeg.byteLength)]);
    expect((await engine.detectLabels(filled(5 * 1024 * 1024))).labels).not.toEqual([]);
    expect(await codeOf(engine.detectLabels(filled(5 * 1024 * 1024 + 1)))).toBe(
      'image_too_large',
    );
  });

  it('says what to send instead of what is no image', async () => {
    await expect(engine.detectFaces(Buffer.from('not an image at all'))).rejects.toThrow(
      'The bytes are not an image. Send a JPEG, a PNG or a WebP.',
    );
  });

  it('says what is wrong with the size', async () => {
    await expect(engine.detectFaces(pngBomb())).rejects.toThrow(
      'The image is 20000 x 20000 pixels; a side may have at most 10000.',
    );
    const wide = plainPng(8000, 5001, { bits: 1, colours: 'grey', fill: 0 });
    await expect(engine.detectFaces(wide)).rejects.toThrow(
      'The image has 40008000 pixels; at most 40000000 are allowed.',
    );
  });

  it('refuses a path and a URL: only bytes are read', async () => {
    for (const name of ['/etc/hostname', 'file:///etc/hostname', 'http://localhost/']) {
      expect(await codeOf(engine.detectFaces(name as unknown as Uint8Array))).toBe(
        'invalid_request',
      );
      expect(await codeOf(engine.detectFaces(Buffer.from(name)))).toBe('invalid_image');
    }
  });

  it('answers each of many bit-flipped images, one way or the other', async () => {
    const photo = ownImage('astronaut.jpg');
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const damaged = flipped(photo, 2 + i * 37, 211 + i * 53);
        return engine.detectLabels(damaged).then(
          () => 'answered',
          (error: unknown) => (error instanceof VisionError ? error.code : error),
        );
      }),
    );
    for (const outcome of outcomes) expect(['answered', 'invalid_image']).toContain(outcome);
  });
});

describe('a comparison with one bad image', () => {
  const good = ownImage('astronaut.jpg');
  const damaged = good.subarray(0, 30_000);

  it.each([
    ['garbage', Buffer.from('not an image at all'), 'invalid_image'],
    ['a GIF', Buffer.from('GIF89a\x01\0\x01\0\0\0\0;', 'latin1'), 'unsupported_media_type'],
    ['too many bytes', Buffer.concat([good, Buffer.alloc(5 * 1024 * 1024)]), 'image_too_large'],
    ['a path', '/etc/hostname' as unknown as Uint8Array, 'invalid_request'],
    ['a JPEG that was cut', damaged, 'invalid_image'],
    ['too large a picture', pngBomb(), 'invalid_image'],
  ])('says whether the source or the target is %s', async (_, bad, code) => {
    expect(await errorOf(engine.compareFaces(bad, good))).toMatchObject({
      code,
      image: 'source',
    });
    expect(await errorOf(engine.compareFaces(good, bad))).toMatchObject({
      code,
      image: 'target',
    });
  });

  it('says that it is the source that shows no face', async () => {
    const error = await errorOf(engine.compareFaces(ownImage('coffee.jpg'), good));
    expect(error).toMatchObject({ code: 'no_face', image: 'source' });
  });

  it('keeps the message as it is of a single image, whose error names none', async () => {
    const alone = await errorOf(engine.detectFaces(damaged));
    expect(alone).toMatchObject({ message: 'The image is damaged or truncated.' });
    expect(alone).toMatchObject({ image: undefined });
    const compared = await errorOf(engine.compareFaces(good, damaged));
    expect(compared).toMatchObject({ message: 'The image is damaged or truncated.' });
  });

  it('names no image when neither is at fault', async () => {
    const error = await errorOf(engine.compareFaces(good, good, { deadlineMs: 1 }));
    expect(error).toMatchObject({ code: 'overloaded', image: undefined });
  });
});

describe('unusual images that are answered', () => {
  const photo = ownImage('astronaut.jpg');

  it.each([
    ['bytes after the end of a JPEG', Buffer.concat([photo, Buffer.from('<html><script>')])],
    ['a JPEG with changed bits in its pixels', flipped(photo, 5000, 4999)],
  ])('%s', async (_, bytes) => {
    const { image } = await engine.detectLabels(bytes);
    expect(image).toEqual({ width: 512, height: 512 });
  });

  it.each([
    ['one bit a pixel', { bits: 1, colours: 'grey', fill: 255 }],
    ['grey', { bits: 8, colours: 'grey', fill: 90 }],
    ['16 bits a channel', { bits: 16, colours: 'rgb', fill: 90 }],
    ['16 bits and transparent', { bits: 16, colours: 'rgba', fill: 0 }],
  ] as const)('%s', async (_, form) => {
    const { image, texts } = await engine.detectText(plainPng(300, 100, form));
    expect(image).toEqual({ width: 300, height: 100 });
    expect(texts).toEqual([]);
  });

  it('the first frame of an animation', async () => {
    expect((await engine.detectLabels(animatedPng())).image).toEqual({
      width: 100,
      height: 100,
    });
  });

  it('a PNG whose texts unpack to gigabytes, well before the deadline of most callers', async () => {
    // Unpacking them takes a worker twice as long as the engine's default deadline.
    const { image, texts } = await engine.detectText(pngTextBomb(), { deadlineMs: 10_000 });
    expect(image).toEqual({ width: 200, height: 200 });
    expect(texts).toEqual([]);
  });

  it('the largest image there may be', async () => {
    const large = plainPng(8000, 5000, { bits: 8, colours: 'rgb', fill: 128 });
    const { image } = await engine.detectText(large);
    expect(image).toEqual({ width: 8000, height: 5000 });
  });

  it('transparent parts count as white', async () => {
    // Black ink on nothing: over black it could not be read.
    const { texts } = await engine.detectText(ownImage('text-transparent.png'));
    expect(texts.filter((text) => text.type === 'line').map((line) => line.text)).toEqual([
      'Black on nothing',
    ]);
  });

  it('CMYK, WebP and a second frame', async () => {
    for (const file of ['text-cmyk.jpg', 'text-animated.webp']) {
      const { texts } = await engine.detectText(ownImage(file));
      expect(texts.filter((text) => text.type === 'line').map((line) => line.text)).toEqual([
        'First of all',
      ]);
    }
  });
});

describe('options', () => {
  const photo = ownImage('cat.jpg');

  it.each([
    ['minConfidence', () => engine.detectLabels(photo, { minConfidence: 101 })],
    ['minConfidence', () => engine.detectText(photo, { minConfidence: -1 })],
    ['maxLabels', () => engine.detectLabels(photo, { maxLabels: 0 })],
    ['maxLabels', () => engine.detectLabels(photo, { maxLabels: 1.5 })],
    [
      'similarityThreshold',
      () => engine.compareFaces(photo, photo, { similarityThreshold: Number.NaN }),
    ],
    ['deadlineMs', () => engine.detectFaces(photo, { deadlineMs: 0 })],
    ['workers', () => createVisionEngine({ workers: 0 })],
    ['maxBytes', () => createVisionEngine({ maxBytes: 0.5 })],
  ])('refuses %s out of range', async (option, call) => {
    const error = await errorOf(call());
    expect(error).toBeInstanceOf(InvalidOption);
    expect(error).toMatchObject({ code: 'invalid_request', option });
  });
});

describe('the engine', () => {
  it("leaves the caller's bytes as they were", async () => {
    // A view into a larger buffer, as a parser of uploads hands out.
    const upload = Buffer.concat([
      Buffer.alloc(100, 1),
      ownImage('cat.jpg'),
      Buffer.alloc(50, 2),
    ]);
    const view = upload.subarray(100, upload.byteLength - 50);
    const before = Buffer.from(upload);
    const first = await engine.detectLabels(view);
    expect(upload.equals(before)).toBe(true);
    expect(await engine.detectLabels(view)).toEqual(first);
  });

  it('adds up where the time went', async () => {
    const before = engine.stats();
    await engine.detectLabels(ownImage('cat.jpg'));
    await errorOf(engine.detectLabels(ownImage('cat.jpg').subarray(0, 5000)));
    const { operations, ...rest } = engine.stats();
    const was = before.operations.detectLabels;
    expect(operations.detectLabels.completed).toBe(was.completed + 1);
    expect(operations.detectLabels.failed).toBe(was.failed + 1);
    const decode = operations.detectLabels.decodeMs - was.decodeMs;
    const session = operations.detectLabels.sessionMs - was.sessionMs;
    const work = operations.detectLabels.workMs - was.workMs;
    expect(decode).toBeGreaterThan(0);
    expect(session).toBeGreaterThan(0);
    expect(work).toBeGreaterThanOrEqual(decode + session);
    expect(rest).toMatchObject({
      workers: 2,
      readyWorkers: 2,
      busyWorkers: 0,
      queued: 0,
      restarts: 0,
    });
  });

  it('answers many calls at once, each its own', async () => {
    const cat = ownImage('cat.jpg');
    const notice = ownImage('text-dark.png');
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, i) =>
        i % 2 === 0
          ? (await engine.detectLabels(cat)).labels[0]?.name
          : (await engine.detectText(notice)).texts[0]?.text,
      ),
    );
    expect(new Set(answers.filter((_, i) => i % 2 === 0))).toEqual(new Set(['Cat']));
    expect(new Set(answers.filter((_, i) => i % 2 === 1))).toEqual(new Set(['OPEN TODAY']));
  });

  it('finishes its work when it closes, and takes no more', async () => {
    const closing = await createVisionEngine({
      workers: 1,
      queueLimit: 8,
      deadlineMs: 120_000,
    });
    const waiting = [1, 2, 3].map(() => closing.detectLabels(ownImage('cat.jpg')));
    const closed = closing.close();
    expect(await errorOf(closing.detectLabels(ownImage('cat.jpg')))).toBeInstanceOf(
      EngineClosed,
    );
    for (const { labels } of await Promise.all(waiting))
      expect(named(labels, 'Cat')).toBeDefined();
    await closed;
    await closing.close();
    expect(closing.stats().readyWorkers).toBe(0);
  });

  // Last: it looks back on everything above.
  it('has had nothing to log, and lost no worker', () => {
    expect(logged).toEqual([]);
    expect(engine.stats()).toMatchObject({ restarts: 0, busyWorkers: 0, queued: 0 });
  });
});
