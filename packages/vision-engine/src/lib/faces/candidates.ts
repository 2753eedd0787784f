import { intersectionOverUnion, type Box, type ScoredBox } from '../geometry/box.js';
import { type BlazeFace } from './blaze.js';

/** Two boxes that share this much of their joint area are about one face. */
const SAME_FACE_OVERLAP = 0.3;

/** What the detectors say about one place in the image. */
export interface Candidate {
  readonly box: Box;
  /** Score of the SSD, 0 when only BlazeFace saw it. */
  readonly ssd: number;
  /** Score of BlazeFace, 0 when only the SSD saw it. */
  readonly blaze: number;
  /** Radians, clockwise, when BlazeFace told. */
  readonly roll: number;
}

/**
 * Joins what two detectors saw. Where both saw a face the SSD's box stands: it is the tighter
 * one. Boxes that are thinner than a pixel (cut off at the image's edge) are left out.
 */
export function mergeCandidates(
  ssd: readonly ScoredBox[],
  blaze: readonly BlazeFace[],
): Candidate[] {
  const merged: Candidate[] = ssd.map((box) => ({ box, ssd: box.score, blaze: 0, roll: 0 }));
  for (const face of blaze) {
    let best = -1;
    let overlap = SAME_FACE_OVERLAP;
    for (const [index, candidate] of merged.entries()) {
      const shared = intersectionOverUnion(candidate.box, face);
      if (candidate.blaze === 0 && shared > overlap) {
        best = index;
        overlap = shared;
      }
    }
    const same = merged[best];
    if (same === undefined) {
      merged.push({ box: face, ssd: 0, blaze: face.score, roll: face.roll });
    } else {
      merged[best] = { ...same, blaze: face.score, roll: face.roll };
    }
  }
  return merged.filter(({ box }) => box.width >= 1 && box.height >= 1);
}

/** How sure the detectors are together, 0..1: the chance that not both of them are wrong. */
export function jointScore({ ssd, blaze }: Pick<Candidate, 'ssd' | 'blaze'>): number {
  return 1 - (1 - ssd) * (1 - blaze);
}

/**
 * Whether a candidate is a face, given what the mesh network says (0..1) when it looks closer.
 *
 * Either the mesh agrees and one detector is not in doubt; or the face is too small for the mesh,
 * which was trained on close views, and the SSD is sure.
 */
export function isFace(candidate: Candidate, meshScore: number): boolean {
  if (meshScore >= 0.5 && (candidate.ssd >= 0.3 || candidate.blaze >= 0.6)) return true;
  return Math.max(candidate.box.width, candidate.box.height) < 48 && candidate.ssd >= 0.8;
}
