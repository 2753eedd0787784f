/** What the pool tells a worker. */
export type ToWorker<Request> =
  | { readonly type: 'job'; readonly id: number; readonly request: Request }
  /** Sent to an idle worker only; it ends its thread. */
  | { readonly type: 'close' };

/** What a worker tells the pool. */
export type FromWorker<Reply> =
  | { readonly type: 'ready' }
  | { readonly type: 'reply'; readonly id: number; readonly reply: Reply };
