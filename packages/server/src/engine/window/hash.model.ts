/**
 * Keyed 64-bit hash of texts: HalfSipHash-1-3 (Aumasson and Bernstein's SipHash on 32-bit words) over pairs of UTF-16
 * units. Keyed, so that nobody outside can choose numbers that collide; written here because the built-in digests cost
 * about a microsecond a call and allocate.
 */
export class TextHash {
  readonly #k0: number;
  readonly #k1: number;
  /** Low and high 32 bits of the last hash; fields rather than a result, to allocate nothing. */
  lo = 0;
  hi = 0;

  constructor(k0: number, k1: number) {
    this.#k0 = k0 | 0;
    this.#k1 = k1 | 0;
  }

  update(text: string): void {
    let v0 = this.#k0;
    let v1 = this.#k1 ^ 0xee;
    let v2 = 0x6c796765 ^ this.#k0;
    let v3 = 0x74656462 ^ this.#k1;
    const length = text.length;
    // One word for each two units, the last of which carries the length, then three rounds to finish.
    const words = (length >> 1) + 1;
    for (let word = 0; word < words + 3; word++) {
      let m = 0;
      if (word < words - 1) m = text.charCodeAt(word * 2) | (text.charCodeAt(word * 2 + 1) << 16);
      else if (word === words - 1)
        m = (length << 16) | ((length & 1) === 0 ? 0 : text.charCodeAt(length - 1));
      if (word === words) v2 ^= 0xee;
      v3 ^= m;
      v0 = (v0 + v1) | 0;
      v1 = (v1 << 5) | (v1 >>> 27);
      v1 ^= v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = (v3 << 8) | (v3 >>> 24);
      v3 ^= v2;
      v0 = (v0 + v3) | 0;
      v3 = (v3 << 7) | (v3 >>> 25);
      v3 ^= v0;
      v2 = (v2 + v1) | 0;
      v1 = (v1 << 13) | (v1 >>> 19);
      v1 ^= v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= m;
    }
    this.lo = (v1 ^ v3) >>> 0;
    this.hi = (v0 ^ v2) >>> 0;
  }
}

/** Spreads 32 bits over 32 bits, one to one (the finalizer of MurmurHash3). */
export function mix32(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
