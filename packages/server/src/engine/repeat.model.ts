/** Ids of one generation; two are kept, so that at least this many of the newest are known. */
export const REMEMBERED_EVENTS = 1_000_000;

/**
 * Which events were decided, and where: so that an event that is sent again is not decided again. At least the newest
 * `remembered` are known (1,000,000 are a day at 11 events a second), at most twice as many are held.
 */
export class RepeatIndex {
  readonly #remembered: number;
  #current = new Map<string, number>();
  #before = new Map<string, number>();

  constructor(remembered: number = REMEMBERED_EVENTS) {
    this.#remembered = remembered;
  }

  get size(): number {
    return this.#current.size + this.#before.size;
  }

  /** Journal position of the first decision of an event, if it is remembered. */
  positionOf(key: string): number | undefined {
    return this.#current.get(key) ?? this.#before.get(key);
  }

  add(key: string, position: number): void {
    if (this.#current.size >= this.#remembered) {
      this.#before = this.#current;
      this.#current = new Map();
    }
    this.#current.set(key, position);
  }
}
