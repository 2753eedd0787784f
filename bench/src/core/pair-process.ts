import { BenchmarkError } from '../frame/benchmark.ts';
import { serve } from '../frame/serve.ts';
import { type Contender, pairs, type PairName } from './contenders.ts';

export type Side = 'ours' | 'other';

export interface MeasuredPair {
  /** What the pair and its sides are called. */
  titles(argument: null): Promise<Record<'pair' | Side, string>>;
  /** Calls one side for so long. @returns calls a second */
  rate(turn: { readonly side: Side; readonly milliseconds: number }): Promise<number>;
}

/**
 * A pair in a process of its own: what another pair has taught the compiler, or left in the heap,
 * costs the quick ones half of their speed.
 */
serve<PairName, MeasuredPair>((name) => {
  const pair = pairs[name]();
  return Promise.resolve({
    methods: {
      titles: () =>
        Promise.resolve({ pair: pair.title, ours: pair.ours.name, other: pair.other.name }),
      rate: ({ side, milliseconds }) => Promise.resolve(rate(pair[side], milliseconds)),
    },
  });
});

/** Calls for so long. @returns calls a second */
function rate({ name, call }: Contender, milliseconds: number): number {
  const begin = performance.now();
  const end = begin + milliseconds;
  let calls = 0;
  let now = begin;
  while (now < end) {
    // A look at the clock costs as much as the quickest of these calls.
    for (let turn = 0; turn < 16; turn += 1) {
      if (!call()) throw new BenchmarkError(`${name} failed`);
    }
    calls += 16;
    now = performance.now();
  }
  return (calls / (now - begin)) * 1_000;
}
