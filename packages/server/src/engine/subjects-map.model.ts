import type { Kept } from './bounded-memory.model.ts';

/** In the order of the store's inputs; shorter when inputs were added since. */
export type Subjects = readonly (string | undefined)[];

/** Bytes of a place: its head, the key and the subjects; what needs more is kept in the heap. */
const PLACE_BYTES = 160;
/** hash (4), bytes of the key (2), bytes of the subjects (2), position (8) */
const HEAD_BYTES = 16;
/** Places whose memory is asked for at once. */
const CHUNK = 4096;
const MOST_SLOTS = 2 ** 26;
const UNIT = '\u001f';

/**
 * Who took part in which event, for hundreds of thousands of calls that are under way: outside of the heap, where the
 * collector would copy and mark all of them again and again. Open addressing over places of fixed size.
 */
export class SubjectsMap {
  /** Places by the hash of their key, plus one; 0 where there is none. */
  readonly #slots: Int32Array;
  readonly #chunks: Buffer[] = [];
  readonly #long = new Map<string, Kept<Subjects>>();
  /** The place given back last, which knows the one before it; -1 when there is none. */
  #free = -1;
  #used = 0;
  #held = 0;

  /** `capacity` is how many keys it is made for. */
  constructor(capacity: number) {
    const slots = Math.min(MOST_SLOTS, 2 ** Math.ceil(Math.log2(Math.max(8, capacity * 2))));
    this.#slots = new Int32Array(slots);
  }

  get size(): number {
    return this.#held + this.#long.size;
  }

  has(key: string): boolean {
    return this.#slotOf(key, hashOf(key)) >= 0 || this.#long.has(key);
  }

  get(key: string): Kept<Subjects> | undefined {
    const slot = this.#slotOf(key, hashOf(key));
    return slot < 0 ? this.#long.get(key) : this.#read(this.#placeIn(slot))[1];
  }

  set(key: string, kept: Kept<Subjects>): void {
    this.delete(key);
    const text = textOf(kept.value);
    const isFull = (this.#held + 1) * 4 > this.#slots.length * 3;
    if (
      isFull ||
      key === '' ||
      text === undefined ||
      !key.isWellFormed() ||
      !this.#put(key, text, kept.position)
    ) {
      // Whoever tells them may use the list again.
      this.#long.set(key, { position: kept.position, value: kept.value.slice() });
    }
  }

  #put(key: string, text: string, position: number): boolean {
    if (key.length + text.length > PLACE_BYTES - HEAD_BYTES) return false;
    const place = this.#newPlace();
    if (!this.#write(place, key, text, position)) {
      this.#giveBack(place);
      return false;
    }
    this.#link(hashOf(key), place);
    this.#held += 1;
    return true;
  }

  delete(key: string): boolean {
    const slot = this.#slotOf(key, hashOf(key));
    if (slot < 0) return this.#long.delete(key);
    this.#giveBack(this.#placeIn(slot));
    this.#unlink(slot);
    this.#held -= 1;
    return true;
  }

  *[Symbol.iterator](): Generator<[string, Kept<Subjects>]> {
    for (let place = 0; place < this.#used; place++) {
      const { chunk, at } = this.#at(place);
      if (chunk.readUInt16LE(at + 4) > 0) yield this.#read(place);
    }
    yield* this.#long;
  }

  #at(place: number): { readonly chunk: Buffer; readonly at: number } {
    return { chunk: this.#chunks[Math.floor(place / CHUNK)] as Buffer, at: (place % CHUNK) * PLACE_BYTES };
  }

  #newPlace(): number {
    const place = this.#free;
    if (place >= 0) {
      const { chunk, at } = this.#at(place);
      this.#free = chunk.readInt32LE(at);
      return place;
    }
    if (this.#used === this.#chunks.length * CHUNK) this.#chunks.push(Buffer.alloc(CHUNK * PLACE_BYTES));
    this.#used += 1;
    return this.#used - 1;
  }

  #giveBack(place: number): void {
    const { chunk, at } = this.#at(place);
    chunk.writeInt32LE(this.#free, at);
    chunk.writeUInt16LE(0, at + 4);
    this.#free = place;
  }

  /** False when there is no room for all of it. */
  #write(place: number, key: string, text: string, position: number): boolean {
    const { chunk, at } = this.#at(place);
    const end = at + PLACE_BYTES;
    const keyBytes = chunk.write(key, at + HEAD_BYTES, end - at - HEAD_BYTES, 'utf8');
    const textAt = at + HEAD_BYTES + keyBytes;
    const textBytes = chunk.write(text, textAt, end - textAt, 'utf8');
    // Fewer bytes left than a character may take: perhaps not all was written.
    if (end - textAt - textBytes < 4) return false;
    chunk.writeUInt32LE(hashOf(key), at);
    chunk.writeUInt16LE(keyBytes, at + 4);
    chunk.writeUInt16LE(textBytes, at + 6);
    chunk.writeDoubleLE(position, at + 8);
    return true;
  }

  #read(place: number): [string, Kept<Subjects>] {
    const { chunk, at } = this.#at(place);
    const textAt = at + HEAD_BYTES + chunk.readUInt16LE(at + 4);
    const key = chunk.toString('utf8', at + HEAD_BYTES, textAt);
    const text = chunk.toString('utf8', textAt, textAt + chunk.readUInt16LE(at + 6));
    return [key, { position: chunk.readDoubleLE(at + 8), value: subjectsOf(text) }];
  }

  #hashAt(place: number): number {
    const { chunk, at } = this.#at(place);
    return chunk.readUInt32LE(at);
  }

  #keyAt(place: number): string {
    const { chunk, at } = this.#at(place);
    return chunk.toString('utf8', at + HEAD_BYTES, at + HEAD_BYTES + chunk.readUInt16LE(at + 4));
  }

  /** -1 when the key has no place. */
  #slotOf(key: string, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = this.#placeIn(slot);
      if (place < 0) return -1;
      if (this.#hashAt(place) === hash && this.#keyAt(place) === key) return slot;
    }
  }

  #link(hash: number, place: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#placeIn(slot) >= 0) slot = (slot + 1) & mask;
    this.#slots[slot] = place + 1;
  }

  /** -1 where there is none. */
  #placeIn(slot: number): number {
    return (this.#slots[slot] as number) - 1;
  }

  /** Moves up what stood behind the slot because it was taken. */
  #unlink(slot: number): void {
    const mask = this.#slots.length - 1;
    let hole = slot;
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const place = this.#placeIn(next);
      if (place < 0) break;
      const home = this.#hashAt(place) & mask;
      // Whether its home lies cyclically outside of (hole, next]: then it may stand in the hole.
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      this.#slots[hole] = place + 1;
      hole = next;
    }
    this.#slots[hole] = 0;
  }
}

/** FNV-1a with a final mix, 32 bits. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Undefined when they cannot be told apart as one text. */
function textOf(subjects: Subjects): string | undefined {
  let text = '';
  for (let index = 0; index < subjects.length; index++) {
    const subject = subjects[index];
    if (index > 0) text += UNIT;
    if (subject === undefined || subject === '') continue;
    if (subject.includes(UNIT) || !subject.isWellFormed()) return undefined;
    text += subject;
  }
  return text;
}

function subjectsOf(text: string): Subjects {
  return text.split(UNIT).map((subject) => (subject === '' ? undefined : subject));
}
