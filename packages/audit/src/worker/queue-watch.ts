import type { Worker } from 'bullmq';

/** Told of each change, once. */
export interface QueueListener {
  readonly onTrouble: (error: unknown) => void;
  readonly onRecovery: () => void;
}

/**
 * Whether a worker can use its queue. BullMQ itself reports each attempt to reconnect, on both of
 * a worker's connections, and says but once in its life that a worker is ready.
 */
export class QueueWatch {
  #connected = true;
  #troubled = false;

  constructor(worker: Worker<unknown>, { onTrouble, onRecovery }: QueueListener) {
    const trouble = (error: unknown): void => {
      if (this.#troubled) return;
      this.#troubled = true;
      onTrouble(error);
    };
    const recovered = (): void => {
      this.#connected = true;
      if (!this.#troubled) return;
      this.#troubled = false;
      onRecovery();
    };
    worker.on('error', trouble);
    worker.on('ioredis:close', () => {
      this.#connected = false;
      trouble(new Error('The connection was closed'));
    });
    worker.getBackend().on('ready', recovered);
    // Not every trouble is a connection that broke.
    worker.on('completed', recovered);
  }

  /** `true` until the connection has broken, or could not be had. */
  get connected(): boolean {
    return this.#connected;
  }
}
