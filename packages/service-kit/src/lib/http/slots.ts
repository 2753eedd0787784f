/**
 * What is there for a moment, and soon makes room for others. A `Set` would keep it for longer:
 * V8 moves one that has had many additions and removals into a new table, to which the old one
 * points. As soon as one of those tables has got among the objects that are seldom collected, it
 * keeps all that came after it until then, and every collection of young objects has them to move.
 *
 * Source: https://github.com/v8/v8/blob/main/src/objects/ordered-hash-table.h, "SetNextTable"
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
    this.values[slot] = undefined;
    this.vacant.push(slot);
  }

  *[Symbol.iterator](): IterableIterator<Value> {
    for (const value of this.values) if (value !== undefined) yield value;
  }
}
