import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contrast, distinctFrom, mix, readableOn } from './colors.js';

const color = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe('contrast', () => {
  it('is 21 for black and white, and 1 for a colour and itself', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#1f4fd8', '#1f4fd8')).toBe(1);
  });

  it('is what WCAG’s examples say', () => {
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('#ff0000', '#ffffff')).toBeCloseTo(4.0, 2);
  });

  it('takes nothing but #rrggbb', () => {
    expect(() => contrast('red', '#ffffff')).toThrow(TypeError);
    expect(() => contrast('#fff', '#ffffff')).toThrow(TypeError);
  });
});

describe('readable colours', () => {
  it('can be read on every colour that an organization may choose', () => {
    fc.assert(
      fc.property(color, (background) => {
        expect(contrast(readableOn(background), background)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it('stand out from every background by as much as is wanted', () => {
    fc.assert(
      fc.property(color, fc.constantFrom('#ffffff', '#17191f'), (chosen, background) => {
        expect(
          contrast(distinctFrom(chosen, background, 4.5), background),
        ).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it('stay as they are where they stand out already', () => {
    expect(distinctFrom('#1f4fd8', '#ffffff', 4.5)).toBe('#1f4fd8');
  });

  it('are mixed evenly', () => {
    expect(mix('#000000', '#ffffff', 0.5)).toBe('#808080');
    expect(mix('#123456', '#ffffff', 0)).toBe('#123456');
  });
});
