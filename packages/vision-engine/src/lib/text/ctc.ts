/** A character the recogniser has read. */
export interface Glyph {
  readonly character: string;
  /** Probability, 0..1. */
  readonly probability: number;
  /** First and last time step that showed it. */
  readonly firstStep: number;
  readonly lastStep: number;
}

/** Class 0 stands for "nothing new here". */
const BLANK = 0;

/**
 * Scripts that set spaces between words. The recogniser was trained mostly on Chinese and seldom
 * prefers a space to a blank, but where Latin words part, its probability rises above this.
 */
const SPACE_THRESHOLD = 0.025;
const SPACED_SCRIPT = /^[\u0021-\u007e\u00a1-\u024f]$/u;

/**
 * Greedy reading of connectionist temporal classification (Graves et al. 2006): the best class of
 * each step, repeats joined, blanks dropped; then the spaces that the net only hints at.
 *
 * @param probabilities rows of `characters.length` classes, one a step, each adding up to 1.
 * @param offset where the first row begins.
 * @param characters what each class stands for; the last is the space, the first is ignored.
 */
export function decodeCtc(
  probabilities: Float32Array,
  offset: number,
  steps: number,
  characters: readonly string[],
): Glyph[] {
  const classes = characters.length;
  const glyphs: Glyph[] = [];
  let previous = BLANK;
  for (let step = 0; step < steps; step += 1) {
    const row = offset + step * classes;
    let best = BLANK;
    let highest = probabilities[row] ?? 0;
    // Past one half nothing can be higher: the row adds up to one.
    for (let c = 1; c < classes && highest <= 0.5; c += 1) {
      const value = probabilities[row + c] ?? 0;
      if (value > highest) {
        highest = value;
        best = c;
      }
    }
    if (best !== BLANK) {
      const last = glyphs.at(-1);
      if (best === previous && last !== undefined) {
        glyphs[glyphs.length - 1] = { ...last, lastStep: step };
      } else {
        glyphs.push({
          character: characters[best] ?? '',
          probability: highest,
          firstStep: step,
          lastStep: step,
        });
      }
    }
    previous = best;
  }
  return withHintedSpaces(glyphs, probabilities, offset, classes);
}

function withHintedSpaces(
  glyphs: readonly Glyph[],
  probabilities: Float32Array,
  offset: number,
  classes: number,
): Glyph[] {
  const spaced: Glyph[] = [];
  for (const glyph of glyphs) {
    const before = spaced.at(-1);
    if (
      before !== undefined &&
      SPACED_SCRIPT.test(before.character) &&
      SPACED_SCRIPT.test(glyph.character)
    ) {
      let hint = 0;
      let at = before.lastStep;
      for (let step = before.firstStep + 1; step < glyph.firstStep; step += 1) {
        const value = probabilities[offset + step * classes + classes - 1] ?? 0;
        if (value > hint) {
          hint = value;
          at = step;
        }
      }
      if (hint > SPACE_THRESHOLD) {
        spaced.push({ character: ' ', probability: hint, firstStep: at, lastStep: at });
      }
    }
    spaced.push(glyph);
  }
  return spaced;
}
