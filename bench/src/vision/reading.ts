/** How much of what is written was read, over all pages. */
export interface Reading {
  readonly lines: number;
  /** Written lines that were not read to the letter. */
  readonly wrong: number;
  /** Those still wrong when spaces do not count. */
  readonly wrongLetters: number;
}

/**
 * Compares what a contender read with what is written. A line is right when it is among
 * those read, up to the amount of space between its words; what was read beside the
 * written lines is not counted against anybody.
 */
export function judgeReading(
  written: readonly (readonly string[])[],
  read: readonly string[][],
): Reading {
  const missing = (normalize: (line: string) => string): number =>
    written
      .map((lines, page) => {
        const found = new Set((read[page] ?? []).map(normalize));
        return lines.filter((line) => !found.has(normalize(line))).length;
      })
      .reduce((sum, count) => sum + count, 0);
  return {
    lines: written.reduce((sum, lines) => sum + lines.length, 0),
    wrong: missing((line) => line.trim().replaceAll(/\s+/g, ' ')),
    wrongLetters: missing((line) => line.replaceAll(/\s+/g, '')),
  };
}
