const NONE = -1;
/** Longest value that is kept, in characters: a host name has at most 253. */
export const MAX_VALUE = 253;

/** How a membership stands while a change is being put in: the flip makes a whole change visible at once. */
const SETTLED = 0;
const COMING = 1;
const GOING = 2;

const DOT = 46;

type Found = (list: number, until: number, name: number) => void;

function doubled<T extends Int32Array | Uint32Array | Uint16Array | Uint8Array>(array: T, least: number): T {
  const size = Math.max(least, array.length * 2);
  const grown = new (array.constructor as new (length: number) => T)(size);
  grown.set(array);
  return grown;
}

/**
 * Which numbered lists hold which values: an open-addressing table over one arena of bytes, some 40 bytes an entry
 * instead of the 150 and more of a Map of strings. Exact: values are compared, not only their hashes. The hash runs from
 * the end of a value and is seeded, so that the parents of a host are found in one pass and nobody can aim at one slot.
 */
export class SubjectTable {
  readonly #seed: number;
  #slots = new Int32Array(16).fill(NONE);
  #arena = new Uint8Array(256);
  #used = 0;
  #keys = 0;
  #offset = new Int32Array(8);
  #head = new Int32Array(8);
  #next = new Int32Array(8);
  #list = new Uint16Array(8);
  #until = new Uint32Array(8);
  #phase = new Uint8Array(8);
  #nodes = 0;
  #free = NONE;
  #flipped = false;

  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** Bytes that the table holds. */
  get bytes(): number {
    const arrays = [this.#slots, this.#offset, this.#head, this.#next, this.#list, this.#until, this.#phase];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, this.#arena.byteLength);
  }

  /** Whether any list ever held a value: what nearly all values are asked, and nothing is made for it. */
  holds(value: string): boolean {
    const end = Math.min(value.length, MAX_VALUE);
    return this.#find(value, 0, end, this.#hash(value, end)) !== NONE;
  }

  /**
   * Visits the lists that hold a value, `until` in seconds since the epoch (0: for ever). With `parents` also those that
   * hold a name above it, the longest name first; `name` says how many characters of the value were compared.
   */
  visit(value: string, parents: boolean, found: Found): void {
    const end = Math.min(value.length, MAX_VALUE);
    if (!parents) {
      this.#walk(this.#find(value, 0, end, this.#hash(value, end)), end, found);
      return;
    }
    const names: number[] = [];
    let hash = this.#seed;
    for (let at = end - 1; at >= 0; at--) {
      hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
      if (at === 0 || value.charCodeAt(at - 1) === DOT) names.push(at, hash);
    }
    for (let index = names.length - 2; index >= 0; index -= 2) {
      const from = names[index] ?? 0;
      this.#walk(this.#find(value, from, end, names[index + 1] ?? 0), end - from, found);
    }
  }

  #walk(key: number, name: number, found: Found): void {
    if (key === NONE) return;
    const hidden = this.#flipped ? GOING : COMING;
    for (let node = this.#head[key] ?? NONE; node !== NONE; node = this.#next[node] ?? NONE) {
      if (this.#phase[node] !== hidden) found(this.#list[node] ?? 0, this.#until[node] ?? 0, name);
    }
  }

  /** Prepares that a list holds a value; seen after `flip`. The value has at most 253 characters of Latin-1. */
  stageAdd(value: string, list: number, until: number): void {
    const key = this.#keyOf(value);
    this.#stageGoing(key, list);
    const node = this.#newNode();
    this.#list[node] = list;
    this.#until[node] = until;
    this.#phase[node] = COMING;
    this.#next[node] = this.#head[key] ?? NONE;
    this.#head[key] = node;
  }

  /** Prepares that a list holds a value no more. */
  stageRemove(value: string, list: number): void {
    const key = this.#find(value, 0, value.length, this.#hash(value));
    if (key !== NONE) this.#stageGoing(key, list);
  }

  /** Makes everything prepared visible at once; `settle` must follow for the same values before the next change. */
  flip(): void {
    this.#flipped = true;
  }

  /** Ends a change for one of its values: what was coming is there, what was going is gone. */
  settle(value: string): void {
    const key = this.#find(value, 0, value.length, this.#hash(value));
    if (key === NONE) return;
    let before = NONE;
    for (let node = this.#head[key] ?? NONE; node !== NONE; ) {
      const next = this.#next[node] ?? NONE;
      if (this.#phase[node] === GOING) {
        if (before === NONE) this.#head[key] = next;
        else this.#next[before] = next;
        this.#next[node] = this.#free;
        this.#free = node;
      } else {
        this.#phase[node] = SETTLED;
        before = node;
      }
      node = next;
    }
  }

  /** Ends a change whose values were all settled. */
  settled(): void {
    this.#flipped = false;
  }

  #stageGoing(key: number, list: number): void {
    let before = NONE;
    for (let node = this.#head[key] ?? NONE; node !== NONE; ) {
      const next = this.#next[node] ?? NONE;
      if (this.#list[node] === list) {
        if (this.#phase[node] === COMING) {
          // Said twice in one change: the later word stands.
          if (before === NONE) this.#head[key] = next;
          else this.#next[before] = next;
          this.#next[node] = this.#free;
          this.#free = node;
          node = next;
          continue;
        }
        this.#phase[node] = GOING;
      }
      before = node;
      node = next;
    }
  }

  #newNode(): number {
    if (this.#free !== NONE) {
      const node = this.#free;
      this.#free = this.#next[node] ?? NONE;
      return node;
    }
    if (this.#nodes === this.#next.length) {
      this.#next = doubled(this.#next, 8);
      this.#list = doubled(this.#list, 8);
      this.#until = doubled(this.#until, 8);
      this.#phase = doubled(this.#phase, 8);
    }
    return this.#nodes++;
  }

  #hash(value: string, end = value.length): number {
    let hash = this.#seed;
    for (let at = end - 1; at >= 0; at--) hash = Math.imul(hash ^ value.charCodeAt(at), 0x01000193);
    return hash;
  }

  #slotOf(hash: number): number {
    const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    return (mixed ^ (mixed >>> 13)) & (this.#slots.length - 1);
  }

  #find(value: string, from: number, end: number, hash: number): number {
    const last = this.#slots.length - 1;
    for (let slot = this.#slotOf(hash); ; slot = (slot + 1) & last) {
      const key = this.#slots[slot] ?? NONE;
      if (key === NONE || this.#equals(key, value, from, end)) return key;
    }
  }

  #equals(key: number, value: string, from: number, end: number): boolean {
    const at = this.#offset[key] ?? 0;
    const length = end - from;
    if (this.#arena[at] !== length) return false;
    for (let index = 0; index < length; index++) {
      if (this.#arena[at + 1 + index] !== value.charCodeAt(from + index)) return false;
    }
    return true;
  }

  #keyOf(value: string): number {
    const hash = this.#hash(value);
    const found = this.#find(value, 0, value.length, hash);
    if (found !== NONE) return found;
    if ((this.#keys + 1) * 3 > this.#slots.length * 2) this.#rehash();
    const key = this.#keys++;
    if (key === this.#offset.length) {
      this.#offset = doubled(this.#offset, 8);
      this.#head = doubled(this.#head, 8);
    }
    if (this.#used + value.length + 1 > this.#arena.length) {
      this.#arena = doubled(this.#arena, this.#used + value.length + 1);
    }
    this.#offset[key] = this.#used;
    this.#head[key] = NONE;
    this.#arena[this.#used++] = value.length;
    for (let at = 0; at < value.length; at++) this.#arena[this.#used++] = value.charCodeAt(at);
    this.#place(key, hash);
    return key;
  }

  #place(key: number, hash: number): void {
    const last = this.#slots.length - 1;
    let slot = this.#slotOf(hash);
    while (this.#slots[slot] !== NONE) slot = (slot + 1) & last;
    this.#slots[slot] = key;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(NONE);
    for (let key = 0; key < this.#keys; key++) {
      const at = this.#offset[key] ?? 0;
      let hash = this.#seed;
      for (let index = this.#arena[at] ?? 0; index > 0; index--) {
        hash = Math.imul(hash ^ (this.#arena[at + index] ?? 0), 0x01000193);
      }
      this.#place(key, hash);
    }
  }
}
