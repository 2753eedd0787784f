import { type Box } from '../geometry/box.js';

/** An object one of the nets has found, under the name the taxonomy gives it. */
export interface ObjectDetection {
  readonly name: string;
  /** 0..100. */
  readonly confidence: number;
  /** In fractions of the image. */
  readonly box: Box;
}

/** The whole image, in the unit of {@link ObjectDetection.box}. */
export const WHOLE_IMAGE = { width: 1, height: 1 } as const;

/** Objects of one net in one image, at most: both were trained on scenes with far fewer. */
export const MAX_OBJECTS = 100;

/** Confidence of a detection that is just good enough to be shown by default. */
const DEFAULT_CONFIDENCE = 55;

/**
 * Translates between a net's raw scores and confidences. The raw scores of these nets are no
 * probabilities, and each has its own threshold above which detections are mostly right. The curve
 * `100 · (1 − (1 − score)^k)` rises from 0 to 100, with `k` chosen such that this threshold
 * becomes 55, Rekognition's default for the least confidence.
 */
export class ConfidenceScale {
  readonly #exponent: number;

  /** @param threshold the raw score that stands for a confidence of 55. */
  constructor(threshold: number) {
    this.#exponent = Math.log(1 - DEFAULT_CONFIDENCE / 100) / Math.log(1 - threshold);
  }

  toConfidence(score: number): number {
    return 100 * (1 - Math.max(0, 1 - score) ** this.#exponent);
  }

  toScore(confidence: number): number {
    return 1 - Math.max(0, 1 - confidence / 100) ** (1 / this.#exponent);
  }
}

/**
 * Raw scores below this are noise, whatever a caller asks for, and there are thousands of them.
 */
export const LEAST_SCORE = 0.1;
