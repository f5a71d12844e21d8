/** Events of one generation; two are kept, so that at least this many of the newest are known. */
export const REMEMBERED_EVENTS = 1_000_000;

/**
 * Which events were decided, and where: so that an event that is sent again is not decided again. At least the newest
 * `remembered` are known (1,000,000 are a day at 11 events a second), at most twice as many are held, in 32 bytes each
 * (64 MB in all for the default). Keys are kept as 64-bit hashes: whoever finds a position has to compare the key there.
 */
export class RepeatIndex {
  readonly #remembered: number;
  /** Drawn for each process, so that nobody can choose ids that collide. */
  readonly #seed: number;
  #current: Generation;
  #before: Generation | undefined;

  constructor(remembered: number = REMEMBERED_EVENTS, seed: number = Math.floor(Math.random() * 2 ** 32)) {
    this.#remembered = remembered;
    this.#seed = seed;
    this.#current = new Generation(remembered);
  }

  get size(): number {
    return this.#current.size + (this.#before?.size ?? 0);
  }

  /** Journal position of the first decision of an event, if it is remembered. */
  positionOf(key: string): number | undefined {
    const [low, high] = hash64(key, this.#seed);
    return this.#current.get(low, high) ?? this.#before?.get(low, high);
  }

  add(key: string, position: number): void {
    if (this.#current.size >= this.#remembered) {
      this.#before = this.#current;
      this.#current = new Generation(this.#remembered);
    }
    const [low, high] = hash64(key, this.#seed);
    this.#current.set(low, high, position);
  }
}

/** Open addressing with linear probing over typed arrays, at most half full. */
class Generation {
  readonly #mask: number;
  readonly #low: Uint32Array;
  readonly #high: Uint32Array;
  /** 0 marks a free slot: no journal position is 0. */
  readonly #positions: Float64Array;
  size = 0;

  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(capacity * 2));
    this.#mask = slots - 1;
    this.#low = new Uint32Array(slots);
    this.#high = new Uint32Array(slots);
    this.#positions = new Float64Array(slots);
  }

  get(low: number, high: number): number | undefined {
    const position = this.#positions[this.#slotOf(low, high)];
    return position === 0 ? undefined : position;
  }

  set(low: number, high: number, position: number): void {
    const slot = this.#slotOf(low, high);
    if (this.#positions[slot] === 0) this.size += 1;
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#positions[slot] = position;
  }

  /** Where a key is, or where it would go. */
  #slotOf(low: number, high: number): number {
    let slot = low & this.#mask;
    while (this.#positions[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}

/** Two 32-bit multiply-and-rotate hashes that are mixed at the end (after Austin Appleby's MurmurHash3, public domain). */
function hash64(key: string, seed: number): [low: number, high: number] {
  let a = seed;
  let b = seed ^ 0x9e3779b9;
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index);
    a = Math.imul(a ^ code, 0xcc9e2d51);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b ^ code, 0x1b873593);
    b = (b << 15) | (b >>> 17);
  }
  a = mixed(a ^ b ^ key.length);
  b = mixed(b + a);
  return [a >>> 0, b >>> 0];
}

function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
