/**
 * Lets each organization have so many calls under way and no more, so that one whose receivers
 * hang does not hold up the others. A few wait here for their turn; the rest is sent away.
 */
export class FairShares {
  readonly #atOnce: number;
  readonly #mostWaiting: number;
  readonly #active = new Map<string, number>();
  readonly #waiting = new Map<string, ((turn: boolean) => void)[]>();
  #closed = false;

  constructor(options: { readonly atOnce: number; readonly mostWaiting: number }) {
    this.#atOnce = options.atOnce;
    this.#mostWaiting = options.mostWaiting;
  }

  /**
   * Does `work` when it is the organization's turn.
   *
   * @returns whether it was done: not where too many wait already, nor once this was closed
   */
  async run(organization: string, work: () => Promise<unknown>): Promise<boolean> {
    if (!(await this.#turn(organization))) return false;
    try {
      await work();
      return true;
    } finally {
      this.#next(organization);
    }
  }

  /** Sends away who waits, and whoever comes. What is under way goes on. */
  close(): void {
    this.#closed = true;
    for (const waiting of this.#waiting.values()) for (const tell of waiting) tell(false);
    this.#waiting.clear();
  }

  #turn(organization: string): Promise<boolean> {
    if (this.#closed) return Promise.resolve(false);
    const active = this.#active.get(organization) ?? 0;
    if (active < this.#atOnce) {
      this.#active.set(organization, active + 1);
      return Promise.resolve(true);
    }
    const waiting = this.#waiting.get(organization) ?? [];
    if (waiting.length >= this.#mostWaiting) return Promise.resolve(false);
    this.#waiting.set(organization, waiting);
    return new Promise((resolve) => {
      waiting.push(resolve);
    });
  }

  /** Hands a place on to who has waited longest, or gives it back. */
  #next(organization: string): void {
    const waiting = this.#waiting.get(organization);
    const tell = waiting?.shift();
    if (waiting?.length === 0) this.#waiting.delete(organization);
    if (tell !== undefined) {
      tell(true);
      return;
    }
    const active = (this.#active.get(organization) ?? 1) - 1;
    if (active === 0) this.#active.delete(organization);
    else this.#active.set(organization, active);
  }
}
