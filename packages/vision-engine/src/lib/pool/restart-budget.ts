/**
 * How often workers may be replaced: so many times in any stretch of a minute. A crash now and
 * then is made good at once; a worker that dies again and again would otherwise keep a core busy
 * with loading models.
 */
export class RestartBudget {
  readonly #starts: number[] = [];

  /** @param limit restarts in any `windowMs` milliseconds. */
  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
  ) {}

  /**
   * Books a restart.
   *
   * @param now milliseconds on a clock that never goes back.
   * @returns milliseconds to wait before it.
   */
  book(now: number): number {
    const previous = this.#starts.at(-this.limit);
    const start = previous === undefined ? now : Math.max(now, previous + this.windowMs);
    this.#starts.push(start);
    if (this.#starts.length > this.limit) this.#starts.shift();
    return start - now;
  }
}
