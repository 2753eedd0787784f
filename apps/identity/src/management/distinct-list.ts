import { z } from 'zod';

/** The rule of a list in which an order says nothing: each value is kept once, where it was first. */
export function distinctList<Item extends z.ZodType>(item: Item): z.ZodArray<Item> {
  return z.array(item).overwrite((list) => [...new Set(list)]);
}
