import type { WriteStream } from 'node:tty';

/** A step that takes longer than this says what it is at, where no line can be redrawn. */
const PATIENCE_MS = 3_000;

type Stream = WriteStream | (NodeJS.WritableStream & { isTTY?: boolean });

/** Tells the person at the terminal what is being done and how long it took. */
export class Progress {
  readonly #stream: Stream;
  readonly #terminal: boolean;
  readonly #now: () => number;

  constructor(stream: Stream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#terminal = stream.isTTY === true;
    this.#now = now;
  }

  /** Whether colours mean anything where this is shown. */
  get colours(): boolean {
    return this.#terminal && (process.env['NO_COLOR'] ?? '') === '';
  }

  /**
   * Runs one step. On a terminal `doing` stands there while it lasts; its line is then
   * replaced by what the step returns, with the time it took.
   */
  async step(doing: string, work: () => Promise<string>): Promise<void> {
    const began = this.#now();
    let waiting: NodeJS.Timeout | undefined;
    if (this.#terminal) this.#stream.write(this.#dim(`… ${doing}`));
    else {
      waiting = setTimeout(() => {
        this.line(`… ${doing}`);
      }, PATIENCE_MS);
    }
    let done: string;
    try {
      done = await work();
    } finally {
      clearTimeout(waiting);
      // Back to the start of the line, and empty it.
      if (this.#terminal) this.#stream.write('\r\u001b[2K');
    }
    const seconds = ((this.#now() - began) / 1000).toFixed(1);
    this.line(`${this.#green('✓')} ${done} (${seconds} s)`);
  }

  /** One plain line. */
  line(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  /** What went wrong, in red where there are colours. */
  failure(text: string): void {
    this.line(this.colours ? `\u001b[31m✗\u001b[39m ${text}` : `✗ ${text}`);
  }

  #green(text: string): string {
    return this.colours ? `\u001b[32m${text}\u001b[39m` : text;
  }

  #dim(text: string): string {
    return this.colours ? `\u001b[2m${text}\u001b[22m` : text;
  }
}
