/** What is used of a Prisma client, whatever its schema. */
export interface TransactionalClient {
  $transaction<R>(
    work: (tx: unknown) => Promise<R>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<R>;
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<number>;
}

/** The client that Prisma hands to an interactive transaction. */
export type Transaction<Client> = Omit<
  Client,
  '$connect' | '$disconnect' | '$on' | '$transaction' | '$extends' | '$use'
>;

/** Bounds of one transaction. */
export interface TransactionOptions {
  /** Rolled back when its work takes longer. 10,000 unless given. */
  readonly timeoutMs?: number;
  /** Fails when no connection is free for this long. 5,000 unless given. */
  readonly maxWaitMs?: number;
}
