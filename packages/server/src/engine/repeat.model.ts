import { RepeatPartition } from './repeat-partition.model.ts';

/** Events of so much of their own time are known, or put away, together. */
const PARTITION_MS = 120_000;
const DEFAULT_BUDGET = 384 * 1024 * 1024;

/** A partition that was put away: looked at where it lies. */
export interface PutAway {
  readonly id: number;
  readonly size: number;
  readonly bytes: number;
  find(low: number, high: number): number | undefined;
  remove(): void;
}

/** Where partitions go for which there is no room in memory. */
export interface RepeatStore {
  /** Those that were put away before. */
  readonly kept: readonly PutAway[];
  /** `replayFrom`: journal position from which those that are still in memory must be read again after a crash. */
  put(id: number, partition: RepeatPartition, replayFrom: number): Promise<PutAway>;
}

export interface RepeatOptions {
  readonly budgetBytes?: number;
  /** Secret of the installation, 32 bits, so that nobody can choose ids that collide. */
  readonly seed: number;
  /** Without it what there is no room for is forgotten, the oldest first. */
  readonly store?: RepeatStore;
}

/** What is known of two minutes. */
interface Held {
  open?: RepeatPartition;
  /** Being put away: looked at, but not added to any more. */
  going?: RepeatPartition;
  readonly away: PutAway[];
}

/**
 * Which events were decided, and where: so that an event that is sent again is not decided again. An event sent again
 * has the same time, so events are held by two minutes of their own time, 11 to 22 bytes each; beyond the memory given
 * those of the oldest time are put away into files. Of keys 42 bits of a hash are kept: whoever finds a position has to
 * compare the key there.
 */
export class RepeatIndex {
  readonly #budget: number;
  readonly #seed: number;
  readonly #store: RepeatStore | undefined;
  readonly #held = new Map<number, Held>();
  #bytes = 0;
  #forgotten = 0;
  #going: Promise<void> | undefined;

  constructor({ budgetBytes = DEFAULT_BUDGET, seed, store }: RepeatOptions) {
    this.#budget = budgetBytes;
    this.#seed = seed;
    this.#store = store;
    for (const away of store?.kept ?? []) this.#of(away.id).away.push(away);
  }

  get size(): number {
    let size = 0;
    for (const { open, going, away } of this.#held.values()) {
      size += (open?.size ?? 0) + (going?.size ?? 0) + away.reduce((sum, each) => sum + each.size, 0);
    }
    return size;
  }

  /** Bytes of memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of what was put away. */
  get awayBytes(): number {
    let bytes = 0;
    for (const { away } of this.#held.values()) bytes += away.reduce((sum, each) => sum + each.bytes, 0);
    return bytes;
  }

  /** Events that were forgotten for want of room. */
  get forgotten(): number {
    return this.#forgotten;
  }

  /** Event time from which events are known, ms since the epoch; undefined when none is. */
  get since(): number | undefined {
    if (this.#held.size === 0) return undefined;
    return Math.min(...this.#held.keys()) * PARTITION_MS;
  }

  /** Journal position of the first decision of an event with this key and time, if it is known. */
  positionOf(key: string, at: number): number | undefined {
    const id = Math.floor(at / PARTITION_MS);
    const [low, high] = hash64(key, this.#seed);
    const held = this.#held.get(id);
    return (
      held?.open?.get(low, high) ??
      held?.going?.get(low, high) ??
      held?.away.map((away) => away.find(low, high)).find((position) => position !== undefined) ??
      // Who stamps an event anew when sending it again is told that it is another.
      this.#held.get(id - 1)?.open?.get(low, high) ??
      this.#held.get(id + 1)?.open?.get(low, high)
    );
  }

  add(key: string, at: number, position: number): void {
    const id = Math.floor(at / PARTITION_MS);
    const held = this.#of(id);
    held.open ??= new RepeatPartition(position);
    const [low, high] = hash64(key, this.#seed);
    this.#bytes += held.open.set(low, high, position);
    if (this.#bytes > this.#budget && this.#going === undefined) this.#makeRoom();
  }

  /** Forgets events from before an instant of their own time, and the oldest of those put away beyond so many bytes. */
  forgetBefore(instant: number, maxAwayBytes: number): void {
    for (const [id, held] of [...this.#held].sort(([a], [b]) => a - b)) {
      if ((id + 1) * PARTITION_MS > instant && this.awayBytes <= maxAwayBytes) return;
      for (const away of held.away.splice(0)) away.remove();
      if ((id + 1) * PARTITION_MS > instant) continue;
      this.#bytes -= held.open?.bytes ?? 0;
      delete held.open;
      if (held.going === undefined) this.#held.delete(id);
    }
  }

  /** Resolves when nothing is being put away. */
  async settled(): Promise<void> {
    while (this.#going) await this.#going;
  }

  #of(id: number): Held {
    let held = this.#held.get(id);
    if (!held) {
      held = { away: [] };
      this.#held.set(id, held);
    }
    return held;
  }

  /** Puts the oldest partition away; one at a time, and never the last. */
  #makeRoom(): void {
    const open = [...this.#held].filter(([, held]) => held.open !== undefined).sort(([a], [b]) => a - b);
    const [oldest, ...others] = open;
    const partition = oldest?.[1].open;
    if (!oldest || !partition || others.length === 0) return;
    const [id, held] = oldest;
    delete held.open;
    if (!this.#store) {
      this.#drop(id, held, partition);
      return;
    }
    held.going = partition;
    const replayFrom = Math.min(...others.map(([, each]) => each.open?.first ?? Number.POSITIVE_INFINITY));
    this.#going = this.#store
      .put(id, partition, replayFrom)
      .then(
        (away) => {
          held.away.push(away);
          this.#bytes -= partition.bytes;
        },
        () => this.#drop(id, held, partition),
      )
      .finally(() => {
        delete held.going;
        this.#going = undefined;
      });
  }

  #drop(id: number, held: Held, partition: RepeatPartition): void {
    this.#bytes -= partition.bytes;
    this.#forgotten += partition.size;
    if (held.open === undefined && held.away.length === 0) this.#held.delete(id);
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
