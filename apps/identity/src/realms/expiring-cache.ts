/** What a cache does while its source is away. */
export interface StandIn {
  /** How old a value may become before nobody is given it any more. */
  readonly forMs: number;
  /** Whether a load failed because its source is away; any other failure is the callers' to see. */
  readonly when: (error: unknown) => boolean;
}

export interface ExpiringCacheOptions {
  readonly ttlMs: number;
  readonly most: number;
  /** Without it, a load that fails fails for its callers. */
  readonly standIn?: StandIn;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
}

/** How long callers wait for a source that does not answer, where there is an old value. */
const PATIENCE_MS = 1_000;
/** A source that is away is asked again after this, and not by each caller. */
const RETRY_MS = 1_000;

interface Entry<Value> {
  value: Promise<Value>;
  /** Until then it is given to everybody as it is. */
  until: number;
  /** Since it came, or was last passed over for another that made room. */
  asked: boolean;
  /** What was had from the source last, and when. */
  last: { readonly value: Value; readonly at: number } | undefined;
}

/**
 * A bounded cache of what can be read again at any time. Entries are used for `ttlMs`, and one
 * that nobody has asked for again makes room. Callers that miss together share one load. With
 * a {@link StandIn}, values go on being given while their source is away, until they are too old.
 */
export class ExpiringCache<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #options: ExpiringCacheOptions;
  readonly #now: () => number;

  constructor(options: ExpiringCacheOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** The value, loaded where it is not there or too old. A load that fails is not kept. */
  async get(key: string, load: () => Promise<Value>): Promise<Value> {
    const now = this.#now();
    const known = this.#entries.get(key);
    if (known !== undefined && now < known.until) {
      known.asked = true;
      return known.value;
    }
    const until = now + this.#options.ttlMs;
    const loading = load();
    const entry: Entry<Value> = {
      value: loading,
      until,
      asked: known !== undefined,
      last: known?.last,
    };
    entry.value = this.#loaded(entry, loading);
    if (known === undefined) this.#makeRoom();
    this.#entries.set(key, entry);
    try {
      return await entry.value;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  /** Has the value loaded anew, and what was known of it given to nobody. */
  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Has the value loaded anew; while the source is away, what was known is still good. */
  expire(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.until = 0;
  }

  async #loaded(entry: Entry<Value>, loading: Promise<Value>): Promise<Value> {
    const { ttlMs, standIn } = this.#options;
    const old = entry.last;
    const begun = this.#now();
    const kept = loading.then((value) => {
      entry.last = { value, at: begun };
      return value;
    });
    if (standIn === undefined || old === undefined || begun >= old.at + standIn.forMs) {
      return kept;
    }
    const tooOld = old.at + standIn.forMs;
    try {
      const value = await within(PATIENCE_MS, kept);
      if (value !== undefined) return value.value;
    } catch (error) {
      if (!standIn.when(error)) throw error;
      entry.until = Math.min(this.#now() + RETRY_MS, tooOld);
      return old.value;
    }
    // Nobody waits for it any more, nor asks again; what comes of it counts from then on.
    entry.until = tooOld;
    kept.then(
      (value) => {
        entry.value = Promise.resolve(value);
        entry.until = begun + ttlMs;
      },
      (error: unknown) => {
        entry.until = standIn.when(error) ? Math.min(this.#now() + RETRY_MS, tooOld) : 0;
      },
    );
    return old.value;
  }

  /**
   * The oldest goes that was not asked for since it was last looked at here. Nothing is moved for
   * each question: a `Map` that is added to and taken from all the time is copied all the time.
   */
  #makeRoom(): void {
    if (this.#entries.size < this.#options.most) return;
    for (const [key, entry] of this.#entries) {
      this.#entries.delete(key);
      if (!entry.asked) return;
      entry.asked = false;
      this.#entries.set(key, entry);
    }
  }
}

/** The value in a box, or `undefined` once the time is up. */
async function within<Value>(
  ms: number,
  value: Promise<Value>,
): Promise<{ readonly value: Value } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      value.then((had) => ({ value: had })),
      new Promise<undefined>((resolve) => {
        timer = setTimeout(resolve, ms, undefined);
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
