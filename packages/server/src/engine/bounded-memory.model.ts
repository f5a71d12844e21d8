/** Something kept, with the place in the journal of the event that brought it. */
export interface Kept<V> {
  readonly position: number;
  readonly value: V;
}

/** What holds a generation. */
export interface KeptMap<V> extends Iterable<[string, Kept<V>]> {
  readonly size: number;
  has(key: string): boolean;
  get(key: string): Kept<V> | undefined;
  set(key: string, kept: Kept<V>): unknown;
  delete(key: string): boolean;
}

/**
 * A memory of the newest keys, bounded in number and in event time: two generations, of which the older is forgotten
 * whole, so that nothing is kept longer than `maxMs` and forgetting costs nothing. What is told stays for at least half
 * of each bound.
 */
export class BoundedMemory<V> {
  readonly #max: number;
  readonly #maxMs: number;
  readonly #newMap: () => KeptMap<V>;
  #young: KeptMap<V>;
  #old: KeptMap<V>;
  /** Event time of the first of the younger generation, and of the newest. */
  #since = 0;
  #newest = 0;
  /** Keys taken while somebody walks over the memory. */
  #taken: [string, Kept<V>][] | undefined;

  constructor(max: number, maxMs: number, newMap: () => KeptMap<V> = () => new Map()) {
    this.#max = max;
    this.#maxMs = maxMs;
    this.#newMap = newMap;
    this.#young = newMap();
    this.#old = newMap();
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Keeps a value under a key; `at` is the event time in milliseconds. */
  keep(key: string, value: V, at: number, position: number): void {
    this.#newest = Math.max(this.#newest, at);
    if (this.#young.size === 0) this.#since = this.#newest;
    if (this.#young.size * 2 >= this.#max || (this.#newest - this.#since) * 2 > this.#maxMs) {
      this.#old = this.#newest - this.#since > this.#maxMs ? this.#newMap() : this.#young;
      this.#young = this.#newMap();
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
    maps: readonly KeptMap<V>[],
    taken: readonly [string, Kept<V>][],
    position: number,
  ): Generator<[string, Kept<V>]> {
    for (const entries of [...maps, taken]) {
      for (const entry of entries) if (entry[1].position <= position) yield entry;
    }
    if (this.#taken === taken) this.#taken = undefined;
  }

  clear(): void {
    this.#young = this.#newMap();
    this.#old = this.#newMap();
    this.#newest = 0;
    this.#taken = undefined;
  }
}
