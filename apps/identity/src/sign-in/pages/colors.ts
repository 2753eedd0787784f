/** A colour by its three components, 0 to 255. */
type Rgb = readonly [red: number, green: number, blue: number];

const WHITE = '#ffffff';
const BLACK = '#000000';
const HEX = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i;
/** Fine enough that the eye sees no jump, and at most so many tries. */
const STEPS = 40;

/**
 * The contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio").
 *
 * @param one `#rrggbb`, as the other
 */
export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

/** White or black: whichever is easier to read on a colour. Their contrast is 4.58 at least. */
export function readableOn(background: string): string {
  return contrast(WHITE, background) >= contrast(BLACK, background) ? WHITE : BLACK;
}

/**
 * The colour itself where it stands out enough from another; else the nearest to it, on the way
 * to white or black, that does.
 *
 * @param least the contrast that is wanted: 4.5 for text, 3 for an edge (WCAG 2.2, 1.4.3 and 1.4.11)
 */
export function distinctFrom(color: string, background: string, least: number): string {
  const towards = readableOn(background);
  for (let step = 0; step < STEPS; step += 1) {
    const tried = mix(color, towards, step / STEPS);
    if (contrast(tried, background) >= least) return tried;
  }
  return towards;
}

/** A colour so far on the way to another: 0 is itself, 1 the other. */
export function mix(from: string, to: string, part: number): string {
  const [start, end] = [rgbOf(from), rgbOf(to)];
  const mixed = start.map((value, index) =>
    Math.round(value + ((end[index] ?? value) - value) * part),
  );
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance, 0 to 1 (WCAG 2.2). */
function luminance(color: string): number {
  const [red, green, blue] = rgbOf(color).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function rgbOf(color: string): Rgb {
  const [, red, green, blue] = HEX.exec(color) ?? [];
  if (red === undefined || green === undefined || blue === undefined) {
    throw new TypeError('a colour reads #rrggbb');
  }
  return [red, green, blue].map((part) => parseInt(part, 16)) as unknown as Rgb;
}
