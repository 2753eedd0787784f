/** The item whose turn it is: each in its order, and then from the first again. */
export function turn<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error('nothing to take turns with');
  return item;
}
