import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Before a statement of a transaction whose result is of no use: over a `TransactionConnection`
 * it is sent and not waited for, over any other it is a comment. What it answers is then 0 rows.
 * If it fails, the transaction cannot be committed.
 */
export const WRITE_BEHIND = '/* write behind */';

/** Sends a statement into one transaction; `false` where that is over. */
export type Sender = (text: string, values: readonly unknown[]) => boolean;

/** Where a connection leaves its sender for the door whose first statement it has just sent. */
export const firstStatement = new AsyncLocalStorage<{ sender?: Sender }>();
