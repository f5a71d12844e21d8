import type { NumberRange } from './number-plan.ts';

/** Ranges by prefix, longest first on look-up. */
export class RangeIndex {
  private readonly byPrefix = new Map<string, NumberRange[]>();
  private longest = 0;

  constructor(ranges: readonly NumberRange[]) {
    for (const range of ranges) {
      const same = this.byPrefix.get(range.prefix) ?? [];
      this.byPrefix.set(range.prefix, [...same, range]);
      this.longest = Math.max(this.longest, range.prefix.length);
    }
  }

  find(digits: string): NumberRange | undefined {
    for (let size = Math.min(this.longest, digits.length); size > 0; size--) {
      const found = this.byPrefix
        .get(digits.slice(0, size))
        ?.find((range) => range.lengths.includes(digits.length));
      if (found) return found;
    }
    return undefined;
  }

  /** The kind that the prefix promises although the length is wrong. */
  nearest(digits: string): NumberRange | undefined {
    for (let size = Math.min(this.longest, digits.length); size > 1; size--) {
      const found = this.byPrefix.get(digits.slice(0, size))?.[0];
      if (found) return found;
    }
    return undefined;
  }
}
