/** A line as it is drawn and as it should be read. */
export interface DrawnLine {
  readonly text: string;
  /** Start of the baseline in pixels, font size, and clockwise rotation about the start. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly degrees?: number;
  readonly family?: 'DejaVu Sans' | 'DejaVu Serif' | 'DejaVu Sans Mono';
  readonly bold?: boolean;
}

/** A picture of text: the lines are listed in reading order. */
export interface TextPicture {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly ink: string;
  readonly paper: string;
  readonly lines: readonly DrawnLine[];
}

const black = { ink: '#111', paper: '#fff' } as const;

const leftColumn = [
  'The harbour wakes before',
  'the first train arrives.',
  'Nets are mended by hand,',
  'and every boat has a name',
  'that somebody remembers.',
];
const rightColumn = [
  'By noon the market hall',
  'smells of salt and bread.',
  'Prices are written with',
  'chalk on grey slate, and',
  'nobody argues for long.',
];

export const textPictures: readonly TextPicture[] = [
  {
    file: 'text-notice.png',
    width: 1280,
    height: 720,
    ...black,
    lines: [
      { text: 'PLATFORM 7', x: 90, y: 150, size: 96, bold: true },
      { text: 'The 14:35 to Hamburg is late', x: 90, y: 270, size: 52 },
      {
        text: 'Please wait behind the yellow line.',
        x: 90,
        y: 370,
        size: 44,
        family: 'DejaVu Serif',
      },
      {
        text: 'Ticket 4821-AX: $36.50 paid',
        x: 90,
        y: 480,
        size: 40,
        family: 'DejaVu Sans Mono',
      },
      { text: 'info@example.com', x: 90, y: 600, size: 48 },
    ],
  },
  {
    file: 'text-rotated.png',
    width: 900,
    height: 600,
    ...black,
    lines: [
      { text: 'Handle with care', x: 120, y: 160, size: 64, degrees: 20 },
      { text: 'Fragile glass inside', x: 90, y: 270, size: 56, degrees: 20 },
    ],
  },
  {
    file: 'text-vertical.png',
    width: 500,
    height: 800,
    ...black,
    lines: [{ text: 'Emergency exit', x: 220, y: 80, size: 72, degrees: 90 }],
  },
  {
    file: 'text-upside-down.png',
    width: 900,
    height: 400,
    ...black,
    lines: [{ text: 'Keep this side up', x: 780, y: 200, size: 64, degrees: 180 }],
  },
  {
    file: 'text-columns.png',
    width: 1200,
    height: 700,
    ...black,
    lines: [
      { text: 'A morning at the coast', x: 90, y: 110, size: 64, bold: true },
      ...leftColumn.map((text, i) => ({ text, x: 90, y: 230 + i * 80, size: 36 })),
      ...rightColumn.map((text, i) => ({ text, x: 660, y: 230 + i * 80, size: 36 })),
    ],
  },
  {
    file: 'text-small.png',
    width: 800,
    height: 400,
    ...black,
    lines: [
      { text: 'Serial number 90417752', x: 60, y: 80, size: 18 },
      { text: 'Made from recycled paper', x: 60, y: 140, size: 16 },
      { text: 'Store in a cool and dry place', x: 60, y: 200, size: 14 },
    ],
  },
  {
    file: 'text-dark.png',
    width: 900,
    height: 400,
    ink: '#f4f1d0',
    paper: '#10243e',
    lines: [
      { text: 'OPEN TODAY', x: 120, y: 160, size: 84, bold: true },
      { text: 'until half past nine', x: 120, y: 280, size: 56 },
    ],
  },
];
