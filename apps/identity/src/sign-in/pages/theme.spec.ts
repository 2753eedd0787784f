import { describe, expect, it } from '@jest/globals';
import { contrast } from './colors.js';
import { themeOf } from './theme.js';

const colours = ['#000000', '#ffffff', '#1f4fd8', '#ffe600', '#808080', '#7a7f85', '#e4002b'];

describe.each(colours)('the theme of %s', (color) => {
  const theme = themeOf({ logoUrl: undefined, primaryColor: color, backgroundColor: color });
  const [day = '', night = ''] = theme.split('@media');
  const property = (part: string, name: string): string =>
    part.split(`--${name}:`)[1]?.slice(0, '#rrggbb'.length) ?? '';

  it('has buttons that can be read, also under the pointer', () => {
    const text = property(day, 'on-primary');
    expect(contrast(text, property(day, 'primary'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(text, property(day, 'primary-hover'))).toBeGreaterThanOrEqual(4.5);
  });

  it('has edges and links that can be seen on the card', () => {
    expect(contrast(property(day, 'primary-edge'), '#ffffff')).toBeGreaterThanOrEqual(3);
    expect(contrast(property(day, 'link'), '#ffffff')).toBeGreaterThanOrEqual(4.5);
    expect(contrast(property(night, 'primary-edge'), '#181b21')).toBeGreaterThanOrEqual(3);
    expect(contrast(property(night, 'link'), '#181b21')).toBeGreaterThanOrEqual(4.5);
  });

  it('has text around the card that can be read', () => {
    for (const part of [day, night]) {
      const page = property(part, 'page');
      expect(contrast(property(part, 'on-page'), page)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(property(part, 'on-page-soft'), page)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
