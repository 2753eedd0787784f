/**
 * Draws the pictures of `texts.ts` again: `node test/images/render-texts.mjs` on a machine with the
 * DejaVu fonts. The results are committed, because a machine without fonts draws nothing.
 */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
// Node runs TypeScript as it is.
import { textPictures } from './texts.ts';

function svgOf(picture) {
  const lines = picture.lines.map(
    ({ text, x, y, size, degrees = 0, family = 'DejaVu Sans', bold = false }) =>
      `<text transform="translate(${x} ${y}) rotate(${degrees})" font-family="${family}" ` +
      `font-size="${size}" font-weight="${bold ? 'bold' : 'normal'}" ` +
      `fill="${picture.ink}">${text}</text>`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${picture.width}" height="${picture.height}">` +
    `<rect width="100%" height="100%" fill="${picture.paper}"/>${lines.join('')}</svg>`
  );
}

for (const picture of textPictures) {
  await sharp(Buffer.from(svgOf(picture)))
    .flatten({ background: picture.paper })
    .png({ palette: true, colours: 16 })
    .toFile(fileURLToPath(new URL(picture.file, import.meta.url)));
}

/** Black letters on nothing at all, or on paper. */
function oneLine(text, paper) {
  return Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="200">' +
      (paper === undefined ? '' : `<rect width="100%" height="100%" fill="${paper}"/>`) +
      `<text x="60" y="120" font-family="DejaVu Sans" font-size="56">${text}</text></svg>`,
  );
}

const fileNamed = (name) => fileURLToPath(new URL(name, import.meta.url));
// No palette: it would give the transparent pixels the colour of something else.
await sharp(oneLine('Black on nothing')).png().toFile(fileNamed('text-transparent.png'));
await sharp(oneLine('First of all', '#fff'))
  .flatten()
  .toColourspace('cmyk')
  .jpeg({ quality: 80 })
  .toFile(fileNamed('text-cmyk.jpg'));
await sharp([oneLine('First of all', '#fff'), oneLine('Second to none', '#fff')], {
  join: { animated: true },
})
  .webp({ delay: [100, 100], quality: 80 })
  .toFile(fileNamed('text-animated.webp'));
