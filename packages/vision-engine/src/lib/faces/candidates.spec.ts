import { describe, expect, it } from '@jest/globals';
import { isFace, jointScore, mergeCandidates } from './candidates.js';

const ssd = (x: number, score: number) => ({ x, y: 0, width: 100, height: 100, score });
const blaze = (x: number, score: number, roll = 0.2) => ({ ...ssd(x, score), roll });

describe('mergeCandidates', () => {
  it("keeps the SSD's box where both saw a face, with BlazeFace's score and roll", () => {
    const [only, ...others] = mergeCandidates([ssd(0, 0.9)], [blaze(40, 0.8)]);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ box: { x: 0 }, ssd: 0.9, blaze: 0.8, roll: 0.2 });
  });

  it('keeps boxes apart that overlap by less than three tenths', () => {
    // 100 wide, 60 apart: 40 shared of 160 joint.
    expect(mergeCandidates([ssd(0, 0.9)], [blaze(60, 0.8)])).toHaveLength(2);
  });

  it('gives each box of one detector to one box of the other, the nearest', () => {
    const merged = mergeCandidates([ssd(0, 0.9), ssd(45, 0.8)], [blaze(40, 0.7)]);
    expect(merged.map((candidate) => candidate.blaze)).toEqual([0, 0.7]);
  });

  it('keeps a second face of BlazeFace on one box of the SSD: two heads close together', () => {
    const merged = mergeCandidates([ssd(0, 0.9)], [blaze(10, 0.8), blaze(45, 0.7)]);
    expect(merged.map((candidate) => candidate.blaze)).toEqual([0.8, 0.7]);
  });

  it('leaves out what the edge of the image cut to nothing', () => {
    expect(mergeCandidates([{ ...ssd(0, 0.9), width: 0 }], [])).toEqual([]);
  });
});

describe('isFace', () => {
  const large = { x: 0, y: 0, width: 60, height: 80 };
  const small = { x: 0, y: 0, width: 30, height: 40 };
  const candidate = { box: large, ssd: 0, blaze: 0, roll: 0 };

  it.each([
    ['the mesh and the SSD agree', { ...candidate, ssd: 0.3 }, 0.5, true],
    ['the mesh and BlazeFace agree', { ...candidate, blaze: 0.6 }, 0.5, true],
    ['the mesh disagrees, however sure the SSD is', { ...candidate, ssd: 0.99 }, 0.49, false],
    ['BlazeFace alone is in doubt', { ...candidate, blaze: 0.59 }, 0.9, false],
    [
      'too small for the mesh, but the SSD is sure',
      { ...candidate, box: small, ssd: 0.8 },
      0,
      true,
    ],
    [
      'too small for the mesh, and the SSD is not sure',
      { ...candidate, box: small, ssd: 0.79 },
      0,
      false,
    ],
  ])('%s', (_, seen, meshScore, expected) => {
    expect(isFace(seen, meshScore)).toBe(expected);
  });
});

describe('jointScore', () => {
  it('is surer than either detector', () => {
    expect(jointScore({ ssd: 0.9, blaze: 0.8 })).toBeCloseTo(0.98);
    expect(jointScore({ ssd: 0.9, blaze: 0 })).toBeCloseTo(0.9);
  });
});
