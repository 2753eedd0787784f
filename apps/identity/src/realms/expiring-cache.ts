/**
 * A bounded cache of what can be read again at any time. Entries are used for `ttlMs`, and the
 * one that was asked for longest ago makes room. Callers that miss together share one load.
 */
export class ExpiringCache<Value> {
  readonly #entries = new Map<
    string,
    { readonly value: Promise<Value>; readonly at: number }
  >();
  readonly #options: { readonly ttlMs: number; readonly most: number };

  constructor(options: { readonly ttlMs: number; readonly most: number }) {
    this.#options = options;
  }

  /** The value, loaded where it is not there or too old. A load that fails is not kept. */
  async get(key: string, load: () => Promise<Value>): Promise<Value> {
    const now = performance.now();
    const entry = this.#entries.get(key);
    if (entry !== undefined && now - entry.at < this.#options.ttlMs) {
      this.#entries.delete(key);
      this.#entries.set(key, entry);
      return entry.value;
    }
    const value = load();
    this.#put(key, { value, at: now });
    try {
      return await value;
    } catch (error) {
      if (this.#entries.get(key)?.value === value) this.#entries.delete(key);
      throw error;
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  #put(key: string, entry: { readonly value: Promise<Value>; readonly at: number }): void {
    this.#entries.delete(key);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= this.#options.most) {
      this.#entries.delete(oldest);
    }
    this.#entries.set(key, entry);
  }
}
