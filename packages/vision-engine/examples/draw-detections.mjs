// Draws what the engine finds in a photo: boxes and landmarks of faces, and labelled objects.
//
//   node examples/draw-detections.mjs photo.jpg drawn.jpg
//
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { createVisionEngine } from '../dist/index.js';

const [input, output] = process.argv.slice(2);
if (input === undefined || output === undefined) {
  process.stderr.write('usage: node examples/draw-detections.mjs <photo> <drawn>\n');
  process.exit(2);
}

const photo = await readFile(input);
const engine = await createVisionEngine({ workers: 1 });
await engine.ready();
const { faces, image } = await engine.detectFaces(photo);
const { labels } = await engine.detectLabels(photo);
await engine.close();

const { width, height } = image;
const stroke = Math.max(2, Math.round(Math.max(width, height) / 400));
const size = stroke * 8;

function box({ left, top, width: w, height: h }, colour, caption) {
  const x = left * width;
  const y = top * height;
  return (
    `<rect x="${x}" y="${y}" width="${w * width}" height="${h * height}" fill="none" stroke="${colour}" stroke-width="${stroke}"/>` +
    `<text x="${x + stroke * 2}" y="${y + size}" font-family="sans-serif" font-weight="bold" font-size="${size}" ` +
    `fill="${colour}" stroke="#000" stroke-width="${stroke * 1.5}" paint-order="stroke">${caption}</text>`
  );
}

const drawn = [
  ...labels.flatMap(({ name, instances }) =>
    instances.map(({ boundingBox, confidence }) =>
      box(boundingBox, '#4dd0e1', `${name} ${confidence.toFixed(0)}`),
    ),
  ),
  ...faces.map((face) =>
    box(face.boundingBox, '#ffd54f', `Face ${face.confidence.toFixed(1)}`),
  ),
  ...faces.flatMap(({ landmarks }) =>
    landmarks.map(
      ({ x, y }) =>
        `<circle cx="${x * width}" cy="${y * height}" r="${stroke * 0.8}" fill="#ffd54f" stroke="#000" stroke-width="${stroke / 3}"/>`,
    ),
  ),
];
const overlay = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join('')}</svg>`;

// The engine has shut every decoder of this process but those of the three formats it takes.
sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });
await sharp(photo)
  .rotate()
  .composite([{ input: Buffer.from(overlay) }])
  .jpeg({ quality: 86 })
  .toFile(output);
