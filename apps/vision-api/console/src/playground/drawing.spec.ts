import { describe, expect, it } from '@jest/globals';

import { dotsPath, outlinePath, tagPlace } from './drawing.js';

const corners = [
  { x: 0.1, y: 0.5 },
  { x: 0.25, y: 0.52 },
  { x: 0.2, y: 0.75 },
];

describe('the drawing', () => {
  it('closes an outline, on a canvas of a thousand', () => {
    expect(outlinePath(corners)).toBe('M100.0 500.0L250.0 520.0L200.0 750.0Z');
    expect(outlinePath([])).toBe('');
  });

  it('makes dots of lines that have no length', () => {
    expect(dotsPath(corners.slice(0, 2))).toBe('M100.0 500.0h0M250.0 520.0h0');
  });

  it('puts a tag at the top left', () => {
    expect(tagPlace(corners)).toEqual({ left: '10.00%', top: '50.00%', inside: false });
  });

  it('keeps the tag of what reaches out of the image in it', () => {
    const out = [
      { x: -0.2, y: -0.1 },
      { x: 1.2, y: 0.4 },
    ];
    expect(tagPlace(out)).toEqual({ left: '0.00%', top: '0.00%', inside: true });
  });
});
