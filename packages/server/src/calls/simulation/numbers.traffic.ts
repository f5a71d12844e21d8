import { fillTemplate, type Random, type Words } from '../../engine/index.ts';

const SLOT = /\{d(\d)\}$/;

/** Numbers of a list of templates such as `1350000{d4}`, one after the other and each once. */
export interface NumberSpace {
  readonly size: number;
  /** The number at a place below `size`. */
  at(place: number): string;
}

/** Throws an Error when the list is not there or a template does not end with its digits. */
export function numberSpace(words: Words, name: string): NumberSpace {
  const templates = words[name];
  if (templates === undefined) throw new Error(`simulation/calls.json: no words ${name}`);
  const parts = templates.map((template) => {
    const digits = Number(SLOT.exec(template)?.[1] ?? 0);
    if (digits === 0) throw new Error(`simulation/calls.json: words ${name}: ${template} must end with {d4}`);
    return { prefix: template.replace(SLOT, ''), digits, capacity: 10 ** digits };
  });
  const size = parts.reduce((sum, { capacity }) => sum + capacity, 0);
  return {
    size,
    at(place) {
      let rest = place;
      for (const { prefix, digits, capacity } of parts) {
        if (rest < capacity) return `${prefix}${String(rest).padStart(digits, '0')}`;
        rest -= capacity;
      }
      throw new RangeError(`words ${name} number ${size} callers at most, not ${place + 1}`);
    },
  };
}

/** One of several templates, filled. */
export function filled(templates: readonly string[], words: Words, random: Random): string {
  return fillTemplate(random.pick(templates), words, random);
}

/** Mixes whole numbers to one of 32 bits: the same everywhere, and unlike for neighbours (murmur3's finaliser). */
export function mixed(...parts: readonly number[]): number {
  let hash = 0x9e3779b9;
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x85ebca6b);
    hash ^= hash >>> 13;
    hash = Math.imul(hash, 0xc2b2ae35);
    hash = (hash ^ (hash >>> 16)) >>> 0;
  }
  return hash;
}

/** A share from 0 to 1 that belongs to these numbers. */
export const shareOf = (...parts: readonly number[]): number => mixed(...parts) / 2 ** 32;

/** An amount whose logarithm is normal (Box and Muller, 1958). */
export function logNormal({ median, sigma }: { median: number; sigma: number }, random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return median * Math.exp(sigma * normal);
}
