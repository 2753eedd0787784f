import { closedLoop, type LoopPlan, type LoopResult } from './closed-loop.ts';
import { HttpConnections, requestBytes } from './http-connections.ts';
import { serve } from './serve.ts';
import { turn } from './turn.ts';

export interface LoadPlan extends LoopPlan {
  readonly origin: string;
  readonly path: string;
  /** One set of headers for each key; the calls go through them in turn. */
  readonly headers: readonly Readonly<Record<string, string>>[];
}

export interface LoadGenerator {
  load(plan: LoadPlan): Promise<LoopResult>;
  /** Several loads at the same time: what one of them meets, the others meet, too. */
  together(plans: readonly LoadPlan[]): Promise<readonly LoopResult[]>;
}

/**
 * HTTP load from a process of its own, on our own loop because the ready-made generators count
 * latency in whole milliseconds, which is more than what is to be measured.
 */
serve<null, LoadGenerator>(() =>
  Promise.resolve({
    methods: { load, together: (plans) => Promise.all(plans.map(load)) },
  }),
);

async function load({ origin, path, headers, ...plan }: LoadPlan): Promise<LoopResult> {
  const requests = headers.map((each) => requestBytes({ method: 'GET', path, headers: each }));
  await using connections = new HttpConnections(origin);
  return await closedLoop(plan, async (index) => {
    const { status, body } = await connections.send(turn(requests, index));
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${body}`);
  });
}
