import { Pool } from 'undici';
import { closedLoop, type LoopPlan, type LoopResult } from './closed-loop.ts';
import { serve } from './serve.ts';

export interface LoadPlan extends LoopPlan {
  readonly origin: string;
  readonly path: string;
  /** One set of headers for each key; the calls go through them in turn. */
  readonly headers: readonly Readonly<Record<string, string>>[];
}

export interface LoadGenerator {
  load(plan: LoadPlan): Promise<LoopResult>;
}

/**
 * HTTP load from a process of its own. On undici because it takes the least processor
 * time of the clients for Node, which matters where client and service share the cores,
 * and on our own loop because the ready-made generators count latency in whole
 * milliseconds, which is more than what is to be measured.
 */
serve<null, LoadGenerator>(() =>
  Promise.resolve({
    methods: {
      async load({ origin, path, headers, ...plan }) {
        // One connection a caller and nothing pipelined: each call waits for its answer alone.
        const pool = new Pool(origin, { connections: plan.concurrency, pipelining: 1 });
        try {
          return await closedLoop(plan, async (index) => {
            const answer = await pool.request({
              method: 'GET',
              path,
              headers: headers[index % headers.length] ?? {},
            });
            const body = await answer.body.text();
            if (answer.statusCode !== 200)
              throw new Error(`GET ${path} answered ${String(answer.statusCode)}: ${body}`);
          });
        } finally {
          await pool.close();
        }
      },
    },
  }),
);
