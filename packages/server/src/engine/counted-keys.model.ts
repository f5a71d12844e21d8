/** Ids kept of events that could not be written; past it, sending again counts again. */
const MAX_COUNTED = 100_000;

/** Events that were counted but could not be written: when they come again they are not counted again. */
export class CountedKeys {
  readonly #keys = new Set<string>();

  add(key: string): void {
    if (this.#keys.size >= MAX_COUNTED) this.#keys.clear();
    this.#keys.add(key);
  }

  /** Whether an event was counted; asked once. */
  take(key: string): boolean {
    return this.#keys.delete(key);
  }
}
