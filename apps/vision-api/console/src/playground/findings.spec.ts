import { describe, expect, it } from '@jest/globals';

import { answers } from '../../test/support/answers.js';
import { findingsOf } from './findings.js';

describe('findingsOf', () => {
  it('numbers faces', () => {
    const { summary, findings, shapes } = findingsOf('faces:detect', answers['faces/detect']);
    expect(summary).toBe('1 face');
    expect(findings).toMatchObject([{ title: 'Face 1', shapes: ['face-0'] }]);
    expect(shapes).toMatchObject([{ id: 'face-0', slot: 'image', tag: '1' }]);
    expect(shapes[0]?.outline).toHaveLength(4);
    expect(shapes[0]?.landmarks).toHaveLength(5);
  });

  it('draws each face of a comparison on its own image', () => {
    const { summary, shapes } = findingsOf('faces:compare', answers['faces/compare']);
    expect(summary).toBe('1 match');
    expect(shapes.map(({ id, slot, lesser }) => [id, slot, lesser])).toEqual([
      ['source', 'source', false],
      ['match-0', 'target', false],
      ['unmatched-0', 'target', true],
    ]);
  });

  it('leads from a label to all of its instances, and to none', () => {
    const { findings } = findingsOf('labels:detect', answers['labels/detect']);
    expect(findings.map(({ title, shapes }) => [title, shapes])).toEqual([
      ['Person', ['label-0-0']],
      ['Rocket', ['label-1-0']],
      ['Space suit', []],
    ]);
  });

  it('lists the words of a line below it', () => {
    const { summary, findings, shapes } = findingsOf('text:detect', answers['text/detect']);
    expect(summary).toBe('2 lines');
    expect(findings[0]?.parts.map(({ title }) => title)).toEqual(['NASA', 'mission']);
    expect(shapes.filter(({ lesser }) => lesser)).toHaveLength(2);
  });

  it('says that there is nothing', () => {
    expect(findingsOf('faces:detect', { faces: [] }).summary).toBe('No faces');
  });

  it('refuses an answer that is none', () => {
    expect(() => findingsOf('faces:detect', { labels: [] })).toThrow();
  });
});
