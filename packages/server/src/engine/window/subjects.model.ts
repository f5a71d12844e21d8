import { mix32, TextHash } from './hash.model.ts';

/** The subjects of the event in hand as hashes, each worked out once however many groups ask for it. */
export class SubjectHashes {
  /** Of the key last made. */
  key0 = 0;
  key1 = 0;
  /** Tells one installation's secret from another's. */
  readonly check: number;
  readonly #hash: TextHash;
  #lo = new Uint32Array(0);
  #hi = new Uint32Array(0);
  #absent = new Uint8Array(0);

  constructor(seed: Uint8Array) {
    const key = new DataView(seed.buffer, seed.byteOffset);
    this.#hash = new TextHash(key.getInt32(0, true), key.getInt32(4, true));
    this.#hash.update('fanzha windows');
    this.check = this.#hash.hi;
  }

  resize(subjects: number): void {
    this.#lo = new Uint32Array(subjects);
    this.#hi = new Uint32Array(subjects);
    this.#absent = new Uint8Array(subjects);
  }

  take(subjects: readonly (string | undefined)[]): void {
    for (let index = 0; index < this.#absent.length; index++) {
      const subject = subjects[index];
      if (subject === undefined || subject === '') {
        this.#absent[index] = 1;
        continue;
      }
      this.#absent[index] = 0;
      this.#hash.update(subject);
      this.#lo[index] = this.#hash.lo;
      this.#hi[index] = this.#hash.hi;
    }
  }

  /** Whether all of these subjects are there. */
  has(subjects: readonly number[]): boolean {
    for (let index = 0; index < subjects.length; index++) {
      if (this.#absent[subjects[index] as number] === 1) return false;
    }
    return true;
  }

  /** Makes the key of a subject or pair in a group: 56 bits of hash and the group's number. */
  makeKey(by: readonly number[], group: number): void {
    let key0 = 0;
    let key1 = 0;
    for (let index = 0; index < by.length; index++) {
      const subject = by[index] as number;
      key0 = mix32((key0 + (this.#lo[subject] as number)) | 0);
      key1 = mix32((key1 + (this.#hi[subject] as number)) | 0);
    }
    this.key0 = key0;
    this.key1 = ((key1 & ~255) | group) >>> 0;
  }

  /** Hash of a value that is counted, or of several taken together. */
  valueHash(subjects: readonly number[]): number {
    let hash = this.#lo[subjects[0] as number] as number;
    for (let index = 1; index < subjects.length; index++) {
      hash = mix32((mix32(hash) + (this.#lo[subjects[index] as number] as number)) | 0);
    }
    return hash;
  }
}
