/** Something kept, with the place in the journal of the event that brought it. */
export interface Kept<V> {
  readonly position: number;
  readonly value: V;
}

/**
 * A memory of the newest keys, bounded in number and in event time: two generations, of which the older is forgotten
 * whole, so that nothing is kept longer than `maxMs` and forgetting costs nothing. What is told stays for at least half
 * of each bound.
 */
export class BoundedMemory<V> {
  readonly #max: number;
  readonly #maxMs: number;
  #young = new Map<string, Kept<V>>();
  #old = new Map<string, Kept<V>>();
  /** Event time of the first of the younger generation, and of the newest. */
  #since = 0;
  #newest = 0;
  /** Keys taken while somebody walks over the memory. */
  #taken: [string, Kept<V>][] | undefined;

  constructor(max: number, maxMs: number) {
    this.#max = max;
    this.#maxMs = maxMs;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Keeps a value under a key; `at` is the event time in milliseconds. */
  keep(key: string, value: V, at: number, position: number): void {
    this.#newest = Math.max(this.#newest, at);
    if (this.#young.size === 0) this.#since = this.#newest;
    if (this.#young.size * 2 >= this.#max || (this.#newest - this.#since) * 2 > this.#maxMs) {
      if (this.#newest - this.#since > this.#maxMs) this.#young.clear();
      this.#old = this.#young;
      this.#young = new Map();
      this.#since = this.#newest;
    }
    this.#young.set(key, { value, position });
  }

  has(key: string): boolean {
    return this.#young.has(key) || this.#old.has(key);
  }

  /** The value of a key, which is forgotten with that. */
  take(key: string): V | undefined {
    const map = this.#young.has(key) ? this.#young : this.#old;
    const kept = map.get(key);
    if (kept === undefined) return undefined;
    map.delete(key);
    this.#taken?.push([key, kept]);
    return kept.value;
  }

  /**
   * Everything that was kept up to a position, older first. Begins with the call: what is taken or kept until it ends
   * changes nothing, so that it may be walked in small steps.
   */
  walk(position: number): Generator<[string, Kept<V>]> {
    this.#taken = [];
    return this.#walk([this.#old, this.#young], this.#taken, position);
  }

  *#walk(
    maps: readonly Map<string, Kept<V>>[],
    taken: readonly [string, Kept<V>][],
    position: number,
  ): Generator<[string, Kept<V>]> {
    for (const entries of [...maps, taken]) {
      for (const entry of entries) if (entry[1].position <= position) yield entry;
    }
    if (this.#taken === taken) this.#taken = undefined;
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#newest = 0;
    this.#taken = undefined;
  }
}
