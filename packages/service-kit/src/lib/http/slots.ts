/**
 * What is there for a moment, and soon makes room for others. A `Set` would keep it until V8
 * collects old objects (decision 0016).
 */
export class Slots<Value extends object> {
  private readonly values: (Value | undefined)[] = [];
  private readonly vacant: number[] = [];

  get size(): number {
    return this.values.length - this.vacant.length;
  }

  /** @returns where it is: what {@link remove} wants, once */
  add(value: Value): number {
    const slot = this.vacant.pop() ?? this.values.length;
    this.values[slot] = value;
    return slot;
  }

  remove(slot: number): void {
    if (this.values[slot] === undefined) return;
    this.values[slot] = undefined;
    this.vacant.push(slot);
  }

  *[Symbol.iterator](): IterableIterator<Value> {
    for (const value of this.values) if (value !== undefined) yield value;
  }
}
