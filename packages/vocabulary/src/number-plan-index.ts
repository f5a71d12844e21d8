import type { NumberRange } from './number-plan.ts';

const DIGITS = 10;
const ZERO = 48;

/** Ranges by the digits of their prefixes, as a tree of digits: a look-up makes nothing, not even parts of the number. */
export class RangeIndex {
  /** Of each node, the nodes that its ten digits lead to; 0, the root, for none. */
  private readonly next: number[] = [];
  private readonly ranges: (NumberRange[] | undefined)[] = [];

  constructor(ranges: readonly NumberRange[]) {
    this.addNode();
    for (const range of ranges) {
      const node = this.nodeOf(range.prefix);
      this.ranges[node] = [...(this.ranges[node] ?? []), range];
    }
  }

  /** The range of the longest prefix that has numbers of this length; the number begins at `from`. */
  find(digits: string, from = 0): NumberRange | undefined {
    const length = digits.length - from;
    let found: NumberRange | undefined;
    let node = 0;
    for (let at = from; at < digits.length; at++) {
      node = this.step(node, digits.charCodeAt(at));
      if (node === 0) break;
      for (const range of this.ranges[node] ?? NONE) {
        if (!range.lengths.includes(length)) continue;
        found = range;
        break;
      }
    }
    return found;
  }

  /** The kind that the prefix promises although the length is wrong. */
  nearest(digits: string): NumberRange | undefined {
    let found: NumberRange | undefined;
    let node = 0;
    for (let at = 0; at < digits.length; at++) {
      node = this.step(node, digits.charCodeAt(at));
      if (node === 0) break;
      // One digit promises nothing.
      if (at > 0) found = this.ranges[node]?.[0] ?? found;
    }
    return found;
  }

  private step(node: number, char: number): number {
    const digit = char - ZERO;
    return digit >= 0 && digit < DIGITS ? (this.next[node * DIGITS + digit] ?? 0) : 0;
  }

  private addNode(): number {
    for (let digit = 0; digit < DIGITS; digit++) this.next.push(0);
    return this.ranges.push(undefined) - 1;
  }

  private nodeOf(prefix: string): number {
    let node = 0;
    for (let at = 0; at < prefix.length; at++) {
      const slot = node * DIGITS + prefix.charCodeAt(at) - ZERO;
      const known = this.next[slot] ?? 0;
      node = known === 0 ? this.addNode() : known;
      this.next[slot] = node;
    }
    return node;
  }
}

const NONE: readonly NumberRange[] = [];
