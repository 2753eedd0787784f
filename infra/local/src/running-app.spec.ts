import { describe, expect, it } from '@jest/globals';

import { Lines } from './running-app.ts';

describe('Lines', () => {
  it('puts lines together, whatever pieces they come in', () => {
    const shown: string[] = [];
    const lines = new Lines((line) => shown.push(line));
    const bytes = Buffer.from('größe\n\nzwei');
    for (const byte of bytes) lines.push(Buffer.of(byte));
    expect(shown).toEqual(['größe', '']);
    lines.end();
    lines.end();
    expect(shown).toEqual(['größe', '', 'zwei']);
  });
});
