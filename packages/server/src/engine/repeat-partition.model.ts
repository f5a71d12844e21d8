/** Tables of a partition: each grows by itself, so that no event waits for all to be copied. */
export const TABLES = 1024;
const FIRST_SLOTS = 16;
export const SLOT_BYTES = 8;
/** A table grows when it is fuller: further, looking would take longer and longer. */
const FULL = 0.75;
/** Positions further from their partition's first than 32 bits reach: events that come hours late. */
const MAX_FAR = 100_000;
const REACH = 0xffff_fffe;

/** Events of two minutes: 42 bits of the hash of their key, and their position. */
export class RepeatPartition {
  /** Position of the first of them; the others are kept relative to it. */
  readonly first: number;
  readonly #tables: (Table | undefined)[] = Array.from({ length: TABLES });
  readonly #far = new Map<number, number>();
  size = 0;
  bytes = 0;

  constructor(first: number) {
    this.first = first;
  }

  get(low: number, high: number): number | undefined {
    const relative = this.#tables[low % TABLES]?.get(high) ?? 0;
    if (relative !== 0) return this.first + relative - 1;
    return this.#far.size === 0 ? undefined : this.#far.get(farKey(low, high));
  }

  /** Returns how many bytes it needed more. */
  set(low: number, high: number, position: number): number {
    const relative = position - this.first + 1;
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

  /** The slots of each table, for writing them down. */
  tables(): (Uint32Array | undefined)[] {
    return this.#tables.map((table) => table?.slots);
  }

  /** Those whose positions are far from the first. */
  far(): [number, number][] {
    return [...this.#far];
  }
}

/** What stands for a key among those that are far. */
export const farKey = (low: number, high: number): number => (low % 2 ** 21) * 2 ** 32 + high;

/** Open addressing over pairs of 32 bits: of the hash, and the position relative to the partition's first, plus one. */
class Table {
  #slots = new Uint32Array(FIRST_SLOTS * 2);
  size = 0;

  get slots(): Uint32Array {
    return this.#slots;
  }

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
