/** Events of so much of their own time are known, or forgotten, together. */
const PARTITION_MS = 600_000;
/** Tables of a partition: each grows by itself, so that no event waits for all to be copied. */
const TABLES = 1024;
const FIRST_SLOTS = 16;
const SLOT_BYTES = 8;
/** A table grows when it is fuller: further, looking would take longer and longer. */
const FULL = 0.75;
const DEFAULT_BUDGET = 384 * 1024 * 1024;
/** Positions further from their partition's first than 32 bits reach: events that come hours late. */
const MAX_FAR = 100_000;
const REACH = 0xffff_fffe;

/**
 * Which events were decided, and where: so that an event that is sent again is not decided again. An event sent again
 * has the same time, so events are held by ten minutes of their own time, 11 to 22 bytes each, and beyond the memory
 * given those of the oldest time are forgotten first. Of keys 42 bits of a hash are kept: whoever finds a position has
 * to compare the key there.
 */
export class RepeatIndex {
  readonly #budget: number;
  /** Drawn for each process, so that nobody can choose ids that collide. */
  readonly #seed: number;
  readonly #partitions = new Map<number, Partition>();
  #bytes = 0;
  #forgotten = 0;

  constructor(budgetBytes: number = DEFAULT_BUDGET, seed: number = Math.floor(Math.random() * 2 ** 32)) {
    this.#budget = budgetBytes;
    this.#seed = seed;
  }

  get size(): number {
    let size = 0;
    for (const partition of this.#partitions.values()) size += partition.size;
    return size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Events that were forgotten for want of memory. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Event time from which events are known, ms since the epoch; undefined when none is. */
  get since(): number | undefined {
    if (this.#partitions.size === 0) return undefined;
    return Math.min(...this.#partitions.keys()) * PARTITION_MS;
  }

  /** Journal position of the first decision of an event with this key and time, if it is known. */
  positionOf(key: string, at: number): number | undefined {
    const id = Math.floor(at / PARTITION_MS);
    const [low, high] = hash64(key, this.#seed);
    return (
      this.#partitions.get(id)?.get(low, high) ??
      // Who stamps an event anew when sending it again is told that it is another.
      this.#partitions.get(id - 1)?.get(low, high) ??
      this.#partitions.get(id + 1)?.get(low, high)
    );
  }

  add(key: string, at: number, position: number): void {
    const id = Math.floor(at / PARTITION_MS);
    let partition = this.#partitions.get(id);
    if (!partition) {
      partition = new Partition(position);
      this.#partitions.set(id, partition);
    }
    const [low, high] = hash64(key, this.#seed);
    this.#bytes += partition.set(low, high, position);
    while (this.#bytes > this.#budget && this.#partitions.size > 1) this.#forgetOldest();
  }

  /** Forgets events from before an instant of their own time. */
  forgetBefore(instant: number): void {
    for (const [id, partition] of this.#partitions) {
      if ((id + 1) * PARTITION_MS > instant) continue;
      this.#partitions.delete(id);
      this.#bytes -= partition.bytes;
    }
  }

  #forgetOldest(): void {
    const oldest = Math.min(...this.#partitions.keys());
    const partition = this.#partitions.get(oldest);
    if (!partition) return;
    this.#partitions.delete(oldest);
    this.#bytes -= partition.bytes;
    this.#forgotten += partition.size;
  }
}

/** Events of ten minutes. */
class Partition {
  readonly #first: number;
  readonly #tables: (Table | undefined)[] = new Array(TABLES);
  readonly #far = new Map<number, number>();
  size = 0;
  bytes = 0;

  constructor(first: number) {
    this.#first = first;
  }

  get(low: number, high: number): number | undefined {
    const relative = this.#tables[low % TABLES]?.get(high) ?? 0;
    if (relative !== 0) return this.#first + relative - 1;
    return this.#far.size === 0 ? undefined : this.#far.get(farKey(low, high));
  }

  /** Returns how many bytes it needed more. */
  set(low: number, high: number, position: number): number {
    const relative = position - this.#first + 1;
    if (relative < 1 || relative > REACH) {
      if (this.#far.size < MAX_FAR) this.#far.set(farKey(low, high), position);
      return 0;
    }
    let table = this.#tables[low % TABLES];
    const before = table?.bytes ?? 0;
    if (!table) {
      table = new Table();
      this.#tables[low % TABLES] = table;
    }
    const known = table.size;
    table.set(high, relative);
    this.size += table.size - known;
    this.bytes += table.bytes - before;
    return table.bytes - before;
  }
}

const farKey = (low: number, high: number): number => (low % 2 ** 21) * 2 ** 32 + high;

/** Open addressing over pairs of 32 bits: of the hash, and the position relative to the partition's first, plus one. */
class Table {
  #slots = new Uint32Array(FIRST_SLOTS * 2);
  size = 0;

  get bytes(): number {
    return (this.#slots.length / 2) * SLOT_BYTES;
  }

  /** 0 when it is not there. */
  get(hash: number): number {
    return this.#slots[this.#placeOf(hash) + 1] as number;
  }

  set(hash: number, relative: number): void {
    if (this.size >= (this.#slots.length / 2) * FULL) this.#grow();
    const place = this.#placeOf(hash);
    if (this.#slots[place + 1] === 0) this.size += 1;
    this.#slots[place] = hash;
    this.#slots[place + 1] = relative;
  }

  /** Where a hash is, or where it would go. */
  #placeOf(hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let place = (hash << 1) & mask;
    while (slots[place + 1] !== 0 && slots[place] !== hash) place = (place + 2) & mask;
    return place;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Uint32Array(before.length * 2);
    for (let place = 0; place < before.length; place += 2) {
      if (before[place + 1] === 0) continue;
      const target = this.#placeOf(before[place] as number);
      this.#slots[target] = before[place] as number;
      this.#slots[target + 1] = before[place + 1] as number;
    }
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
