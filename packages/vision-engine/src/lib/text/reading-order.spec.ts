import { describe, expect, it } from '@jest/globals';
import { type RotatedBox } from '../geometry/rotated-box.js';
import { inReadingOrder } from './reading-order.js';

interface Line {
  readonly name: string;
  readonly box: RotatedBox;
}

/** A line whose top left corner is at (x, y), 20 high. */
const line = (name: string, x: number, y: number, width: number): Line => ({
  name,
  box: { x: x + width / 2, y: y + 10, width, height: 20, directionX: 1, directionY: 0 },
});

const order = (lines: readonly Line[]): string =>
  inReadingOrder(lines)
    .map(({ name }) => name)
    .join(' ');

/** Both columns of a page, interleaved. */
const columns = [0, 1, 2, 3].flatMap((i) => [
  line(`r${i}`, 300, 50 + i * 30, 200),
  line(`l${i}`, 10, 50 + i * 30, 200),
]);

function turned(lines: readonly Line[], degrees: number): Line[] {
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  return lines.map(({ name, box }) => ({
    name,
    box: {
      ...box,
      x: box.x * cos - box.y * sin,
      y: box.x * sin + box.y * cos,
      directionX: cos,
      directionY: sin,
    },
  }));
}

describe('inReadingOrder', () => {
  it('goes down the rows and along each from the left', () => {
    expect(
      order([
        line('d', 200, 44, 50),
        line('b', 200, 3, 50),
        line('c', 10, 40, 50),
        line('a', 10, 0, 50),
      ]),
    ).toBe('a b c d');
  });

  it('reads columns of running text one after the other', () => {
    expect(order(columns)).toBe('l0 l1 l2 l3 r0 r1 r2 r3');
  });

  it('reads a heading before and a footer after the columns', () => {
    expect(order([line('footer', 10, 300, 490), ...columns, line('heading', 10, 0, 490)])).toBe(
      'heading l0 l1 l2 l3 r0 r1 r2 r3 footer',
    );
  });

  it('reads a form in rows: short labels of differing length are no column', () => {
    const form = [40, 120, 30, 35].flatMap((width, i) => [
      line(`value${i}`, 300, i * 30, 30 + 40 * (i % 3)),
      line(`label${i}`, 10, i * 30, width),
    ]);
    expect(order(form)).toBe('label0 value0 label1 value1 label2 value2 label3 value3');
  });

  it.each([20, 90, 180, -45])(
    'reads a page turned by %i degrees as if it were not',
    (degrees) => {
      const heading = line('heading', 10, 0, 490);
      expect(order(turned([...columns, heading], degrees))).toBe(
        'heading l0 l1 l2 l3 r0 r1 r2 r3',
      );
    },
  );

  it('goes by the direction of most of the text', () => {
    const spine = turned([line('spine', 20, -600, 60)], 90);
    const text = [line('c', 0, 100, 400), line('b', 200, 50, 180), line('a', 0, 50, 180)];
    expect(order([...spine, ...text]).replace('spine ', '')).toBe('a b c');
  });

  it('takes no lines', () => {
    expect(inReadingOrder([])).toEqual([]);
  });
});
