/**
 * Draws the pages. Run by hand after a change to them (`node src/vision/images/render.ts`)
 * on a machine with the DejaVu fonts; the pictures are committed, because every reader has
 * to see the same pixels.
 */
import { loadPeer } from '../../frame/peers.ts';
import { pages } from './pages.ts';

interface Style {
  readonly size: readonly [width: number, height: number];
  readonly font: string;
  readonly lineHeight: number;
  readonly ink: string;
  readonly paper: string;
  /** Degrees by which the page is turned. */
  readonly turn?: number;
  /** Standard deviation of the noise of a poor camera. */
  readonly noise?: number;
  /** Quality of the JPEG. */
  readonly quality: number;
}

interface Picture {
  composite(layers: object[]): Picture;
  jpeg(options: object): Picture;
  toFile(path: string): Promise<unknown>;
}

const styles: Readonly<Record<string, Style>> = {
  'letter.jpg': {
    size: [1280, 960],
    font: '34px DejaVu Serif',
    lineHeight: 74,
    ink: '#222222',
    paper: '#fdfcf7',
    quality: 85,
  },
  'receipt.jpg': {
    size: [720, 1080],
    font: '34px DejaVu Sans Mono',
    lineHeight: 74,
    ink: '#333333',
    paper: '#f4f4f2',
    noise: 12,
    quality: 70,
  },
  'sign.jpg': {
    size: [1280, 720],
    font: 'bold 78px DejaVu Sans',
    lineHeight: 150,
    ink: '#ffffff',
    paper: '#14397d',
    quality: 85,
  },
  'slide.jpg': {
    size: [1280, 720],
    font: '36px DejaVu Sans',
    lineHeight: 86,
    ink: '#e8f0d8',
    paper: '#2c4a3e',
    quality: 80,
  },
  'label.jpg': {
    size: [1024, 768],
    font: 'bold 40px DejaVu Sans Mono',
    lineHeight: 92,
    ink: '#000000',
    paper: '#d9b98a',
    noise: 16,
    quality: 75,
  },
  'note.jpg': {
    size: [1024, 768],
    font: 'italic 36px DejaVu Serif',
    lineHeight: 84,
    ink: '#1d2f6f',
    paper: '#fff8c4',
    turn: -3,
    noise: 8,
    quality: 80,
  },
};

const { default: sharp } = await loadPeer<{ default: (input: unknown) => Picture }>('sharp');

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

for (const { file, lines } of pages) {
  const style = styles[file];
  if (!style) throw new Error(`${file} has no style.`);
  const [width, height] = style.size;
  const top = (height - (lines.length - 1) * style.lineHeight) / 2;
  const text = lines.map(
    (line, index) =>
      `<text x="${width * 0.07}" y="${top + index * style.lineHeight}" dominant-baseline="middle"
         style="font: ${style.font}" fill="${style.ink}">${escape(line)}</text>`,
  );
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="100%" height="100%" fill="${style.paper}"/>
    <g transform="rotate(${style.turn ?? 0} ${width / 2} ${height / 2})">${text.join('')}</g>
  </svg>`;
  let picture = sharp(Buffer.from(page));
  if (style.noise !== undefined) {
    const noise = { type: 'gaussian', mean: 128, sigma: style.noise };
    const input = { create: { width, height, channels: 3, background: '#808080', noise } };
    picture = picture.composite([{ input, blend: 'soft-light' }]);
  }
  await picture
    .jpeg({ quality: style.quality })
    .toFile(new URL(file, import.meta.url).pathname);
}
