/** What a run of changes took: the median of each kind, in milliseconds. */
export interface Medians {
  readonly creating: number;
  readonly revoking: number;
}

/** Changes of keys, by the code that makes them in the service. */
export interface KeyChanges {
  /**
   * Makes and revokes keys one after the other, in turn with an audit event for each change
   * and without, so that both meet the same machine.
   */
  alternate(pairs: number): Promise<{ readonly recorded: Medians; readonly silent: Medians }>;
}

/** One tenant's chain, and what it takes to lengthen it. */
export interface Chain {
  readonly tenantId: string;
  /** Events to drain. */
  readonly events: number;
}

/** What a drain took. */
export interface Drained {
  readonly seconds: number;
  /** Processor time of the process that drains, without PostgreSQL's. */
  readonly processorSeconds: number;
}

export interface AuditTrail {
  /** Lets events wait in the outbox, as `recordAudit` writes them. */
  fill(chain: Chain): Promise<void>;
  /** Moves all that waits of a tenant into its chain. */
  drain(chain: Chain): Promise<Drained>;
}

/**
 * How long a handler waits as for the engine. Less than the engine’s threads take for a crowd of
 * images on two cores; this process only waits for it. Shorter, and the load alone would saturate
 * the machine, where callers wait for each other.
 */
export const ENGINE_MS = 100;

/** A service with routes that differ by what is done round their handlers. */
export interface RecordingService {
  served(nothing: null): Promise<{ readonly origin: string; readonly keys: readonly string[] }>;
  /**
   * What Redis and its disk make of any record: one `RPUSH` of as many bytes at a time, at moments
   * as far apart as records are.
   *
   * @returns milliseconds that it takes, the median
   */
  bareWrites(calls: number): Promise<number>;
}
