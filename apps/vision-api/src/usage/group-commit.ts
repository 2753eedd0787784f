interface Group<Item, Result> {
  readonly items: Item[];
  readonly committed: Promise<Result>;
}

/**
 * While one group is on its way, what arrives gathers for the next one, so concurrent callers
 * share a round trip and a lone one does not wait.
 */
export class GroupCommit<Item, Result> {
  private inFlight: Promise<unknown> = Promise.resolve();
  private gathering: Group<Item, Result> | undefined;

  /**
   * @param most - Items of a group.
   * @param commit - Called for one group after the other.
   */
  constructor(
    private readonly most: number,
    private readonly commit: (items: readonly Item[]) => Promise<Result>,
  ) {}

  /** @returns What becomes of the group that the item goes with. */
  add(item: Item): Promise<Result> {
    if (this.gathering !== undefined && this.gathering.items.length < this.most) {
      this.gathering.items.push(item);
      return this.gathering.committed;
    }
    const items = [item];
    const committed = this.inFlight.then(() => {
      if (this.gathering?.items === items) this.gathering = undefined;
      return this.commit(items);
    });
    this.gathering = { items, committed };
    this.inFlight = committed.catch(() => undefined);
    return committed;
  }

  /** Waits until everything added so far is committed, or is not. */
  async idle(): Promise<void> {
    await this.inFlight;
  }
}
