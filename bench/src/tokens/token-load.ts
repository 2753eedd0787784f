import { closedLoop, type LoopPlan, type LoopResult } from '../frame/closed-loop.ts';
import { HttpConnections, requestBytes } from '../frame/http-connections.ts';
import { serve } from '../frame/serve.ts';
import { turn } from '../frame/turn.ts';
import type { Client } from './contenders/contract.ts';

/** A form, and who sends it where. */
export interface Form {
  readonly path: string;
  /** It authenticates itself by its secret in the header. */
  readonly client: Client;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Plan extends LoopPlan {
  /** The processes that answer, in turn. */
  readonly origins: readonly string[];
}

export interface FormPlan extends Plan {
  /** Sent in turn. */
  readonly forms: readonly Form[];
  /** The status that each answer has to have, and what it has to hold. */
  readonly status: number;
  readonly expected: readonly string[];
}

export interface ReadPlan extends Plan {
  /** Read in turn. */
  readonly reads: readonly {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
  }[];
  readonly status: number;
}

export interface TokenLoad {
  forms(plan: FormPlan): Promise<LoopResult>;
  /**
   * Exchanges the refresh token of each form for its successor, again and again.
   *
   * @returns the forms with the tokens that live now, for the next call.
   */
  refreshes(
    plan: FormPlan,
  ): Promise<{ readonly result: LoopResult; readonly forms: readonly Form[] }>;
  reads(plan: ReadPlan): Promise<LoopResult>;
}

/**
 * Load on token endpoints, from a process of its own: over kept connections, one a caller,
 * nothing pipelined.
 */
serve<null, TokenLoad>(() =>
  Promise.resolve({
    methods: {
      forms: (plan) => {
        const requests = plan.forms.map(requestOf);
        return over(plan, async (send, index) => {
          check(await send(turn(requests, index), plan.status), plan.expected);
        });
      },

      refreshes: async (plan) => {
        // First in, first out: no token is asked for twice at once, and all of them are used.
        const living = [...plan.forms];
        const result = await over(plan, async (send) => {
          const form = living.shift();
          if (form === undefined) throw new Error('fewer refresh tokens than callers');
          const text = await send(requestOf(form), plan.status);
          check(text, plan.expected);
          const { refresh_token } = JSON.parse(text) as { refresh_token: string };
          living.push({ ...form, parameters: { ...form.parameters, refresh_token } });
        });
        return { result, forms: living };
      },

      reads: (plan) => {
        const requests = plan.reads.map((read) => requestBytes({ method: 'GET', ...read }));
        return over(plan, async (send, index) => {
          await send(turn(requests, index), plan.status);
        });
      },
    },
  }),
);

type Send = (request: Buffer, status: number) => Promise<string>;

async function over(
  { origins, concurrency, milliseconds }: Plan,
  call: (send: Send, index: number) => Promise<void>,
): Promise<LoopResult> {
  // Calls are dealt out over the processes.
  await using stack = new AsyncDisposableStack();
  const processes = origins.map((origin) => stack.use(new HttpConnections(origin)));
  return await closedLoop({ concurrency, milliseconds }, (index) =>
    call(async (request, expected) => {
      const { status, body } = await turn(processes, index).send(request);
      if (status !== expected) throw new Error(`answered ${status}: ${body}`);
      return body;
    }, index),
  );
}

function requestOf({ path, client, parameters }: Form): Buffer {
  const credentials = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString(
    'base64',
  );
  return requestBytes({
    method: 'POST',
    path,
    headers: {
      authorization: `Basic ${credentials}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(parameters).toString(),
  });
}

/** Cheaper than to parse what is thrown away then. */
function check(answer: string, expected: readonly string[]): void {
  for (const text of expected)
    if (!answer.includes(text)) throw new Error(`no ${text} in ${answer}`);
}
