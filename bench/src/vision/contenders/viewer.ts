import { closedLoop } from '../../frame/closed-loop.ts';
import { callsOf, type Material, type Question } from '../material.ts';
import type { Viewer } from './contract.ts';

/** How a contender answers: each question it knows, for the call with a given number. */
export type Answers = Partial<Record<Question, (call: number) => Promise<readonly unknown[]>>>;

/** Makes a contender of what answers; everything is timed in the same way. */
export function viewer(
  shown: Material,
  answers: Answers,
  readLines: (page: number) => Promise<string[]>,
): Viewer {
  const answer = async (question: Question, call: number): Promise<number> => {
    const ask = answers[question];
    if (!ask) throw new Error(`does not answer ${question}`);
    return (await ask(call % callsOf(question, shown))).length;
  };
  return {
    async found(question) {
      let found = 0;
      for (let call = 0; call < callsOf(question, shown); call++)
        found += await answer(question, call);
      return found;
    },
    async pass(question) {
      const latencies: number[] = [];
      for (let call = 0; call < callsOf(question, shown); call++) {
        const begin = performance.now();
        await answer(question, call);
        latencies.push(performance.now() - begin);
      }
      return latencies;
    },
    loop: ({ question, ...plan }) =>
      closedLoop(plan, async (call) => {
        await answer(question, call);
      }),
    async read() {
      const lines: string[][] = [];
      for (const page of shown.pages.keys()) lines.push(await readLines(page));
      return lines;
    },
  };
}

/** The element at a place where there is one. */
export function at<T>(list: readonly T[], index: number): T {
  const value = list[index % list.length];
  if (value === undefined) throw new RangeError('An empty list has nothing to show.');
  return value;
}
