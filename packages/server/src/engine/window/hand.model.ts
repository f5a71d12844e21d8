import { capacityOf, codeOf, type Layout, startOf, wideOf } from './layout.model.ts';
import type { Segment } from './segment.model.ts';

/**
 * The entry in hand of a segment. Offsets into the heap are read anew after everything that allocates, since blocks
 * then move.
 */
export class Hand {
  segment: Segment;
  layout: Layout;
  /** Milliseconds of the newest event of the subject; every window ends here. */
  last = 0;

  constructor(segment: Segment, layout: Layout) {
    this.segment = segment;
    this.layout = layout;
  }

  get meta(): number {
    return this.segment.heap[this.segment.ref] as number;
  }

  set meta(value: number) {
    this.segment.heap[this.segment.ref] = value;
  }

  /** Offset of the references of a wide entry. */
  get refsAt(): number {
    return this.segment.ref + this.layout.bodyAt;
  }

  block(ref: number): number {
    return this.segment.heap[this.refsAt + ref] as number;
  }

  logAt(meta: number): number {
    return this.refsAt + wideOf(meta) * this.layout.refs;
  }

  /** Offset of a record of the log; 0 is the oldest. */
  recordAt(meta: number, index: number): number {
    const mask = capacityOf(codeOf(meta)) - 1;
    return this.logAt(meta) + ((startOf(meta) + index) & mask) * this.layout.recordWords;
  }
}
