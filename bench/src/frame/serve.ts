/** The methods a contender's process offers: a mapped type, so that any interface of methods fits. */
export type Methods<Contract = Record<string, unknown>> = {
  [Name in keyof Contract]: (argument: never) => Promise<unknown>;
};

export interface Question {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };

/**
 * The contender's side of `Child`: prepares once, then answers one question after the
 * other until the benchmark closes the channel.
 *
 * @param prepare is given what `Child.start` was given as its setup; its result may hold
 *   a `close`, awaited before the process ends.
 */
// What the channel carries has no type of its own: the caller names it, as with JSON.parse.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function serve<Setup, Contract extends Methods<Contract>>(
  prepare: (setup: Setup) => Promise<{ methods: Contract; close?: () => Promise<void> }>,
): void {
  const contender = prepare(JSON.parse(process.argv[2] ?? 'null') as Setup);

  const answer = async ({ id, method, argument }: Question): Promise<Answer> => {
    try {
      const { methods } = await contender;
      if (method === 'ready') return { id, value: null };
      const call = methods[method as keyof Contract];
      if (typeof call !== 'function') throw new Error(`no method ${method}`);
      return { id, value: await call(argument as never) };
    } catch (error) {
      return {
        id,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      };
    }
  };

  process.on('message', (question: Question) => {
    void answer(question).then((message) => process.send?.(message));
  });
  process.on('disconnect', () => {
    void contender
      .then(({ close }) => close?.())
      .catch(() => undefined)
      .finally(() => process.exit());
  });
  // A Ctrl-C reaches the whole group; the benchmark decides when its contenders end.
  process.on('SIGINT', () => undefined);
}
