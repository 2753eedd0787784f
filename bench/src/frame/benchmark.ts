import type { Table } from './table.ts';

/** One benchmark, as the list in `main.ts` holds it. */
export interface Benchmark {
  /** What one types after `npm run bench --`, and the name of its section of the document. */
  readonly name: string;
  /** One line for the usage text. */
  readonly summary: string;
  /** Its own flags beside `--quick`, each with the sentence that the usage text shows. */
  readonly flags: Readonly<Record<`--${string}`, string>>;
  run(run: Run): Promise<Report>;
}

/** What a benchmark is given. */
export interface Run {
  /** A run that shows that everything works, too short for its figures to mean much. */
  readonly quick: boolean;
  has(flag: `--${string}`): boolean;
  /** Says on the terminal what is being done. */
  progress(line: string): void;
}

/** What a benchmark answers; `document.ts` turns it into text. */
export interface Report {
  readonly title: string;
  /** What is compared with what, and how. */
  readonly method: readonly string[];
  readonly tables: readonly Table[];
  readonly targets: readonly Target[];
  readonly notes: readonly string[];
  /** The products measured, with their versions. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A promise of the product and what this run says of it. */
export interface Target {
  readonly promise: string;
  readonly measured: string;
  readonly met: boolean;
}

/** A failure whose message is all that a person needs to go on: shown without a stack. */
export class BenchmarkError extends Error {
  override readonly name = 'BenchmarkError';
}
