import type { EventKindName } from '@fanzha/contract';
import Type from 'typebox';
import type { ShadowDecision } from './decision.model.ts';
import { MARKED_STEP_MS, type MarkedEvents } from './event-tally.model.ts';
import type { JournalRecord } from './journal/journal.model.ts';
import {
  decodeHead,
  differsInShadow,
  type EntryHead,
  type EventMark,
  kindOfKey,
  type PlainMark,
  plainGroup,
} from './journal-entry.model.ts';

/** Section `lists` of a pack's `engine.json`: how much of what nobody needs to look at is listed. */
export const ListingSetting = Type.Object(
  {
    /** Decisions in which no rule spoke: so many of each second get a row, more are only counted. */
    plainRowsPerSecond: Type.Integer({ minimum: 0, maximum: 100_000 }),
    from: Type.String({ format: 'date' }),
    source: Type.String({ minLength: 1 }),
  },
  { additionalProperties: false },
);

/** Seconds of the time of deciding that are counted together. */
const DECIDED_STEP = 60;

/** Plain decisions that are counted and not listed; see `plainGroup`. */
export interface UnlistedGroup {
  /** Where the bucket of event time begins, seconds since the epoch. */
  readonly at: number;
  readonly kind: EventKindName;
  /** The minute in which they were decided, ms since the epoch. */
  readonly decidedAt: number;
  /** Version of the policy that was silent. */
  readonly version: string;
  readonly simulated: boolean;
  readonly country?: string;
  readonly channel?: string;
  /** What a version in shadow said beside it. */
  readonly shadow?: ShadowDecision;
  readonly events: number;
}

/** Plain decisions that are counted and not listed, as rooms count them. */
export interface UnlistedMarks extends MarkedEvents {
  readonly kind: EventKindName;
}

/** A stretch of the journal, sorted into what is listed and what is only counted. */
export interface ListingPart {
  readonly listed: readonly JournalRecord[];
  readonly unlisted: readonly UnlistedGroup[];
  readonly marks: readonly UnlistedMarks[];
  /** Position of its last record. */
  readonly last: number;
  /** When the newest plain decision of it was made, ms since the epoch; 0 when there is none. */
  readonly decidedAt: number;
}

/**
 * Tells which decisions get a row. All in which a rule spoke or something was missing do; of the plain ones so many of
 * each second: a country's traffic is more than lists can hold, and nobody reads it.
 */
export class Listing {
  readonly #plainPerSecond: number;
  #second = 0;
  #listedOfSecond = 0;
  /** Of those in which a version in shadow was not silent: the rest must not crowd them out. */
  #differingOfSecond = 0;

  constructor(plainPerSecond: number) {
    this.#plainPerSecond = plainPerSecond;
  }

  /** Cuts a batch into parts with at most so many rows each. */
  *parts(batch: readonly JournalRecord[], rows: number): Generator<ListingPart> {
    let listed: JournalRecord[] = [];
    let counts = new Map<string, number>();
    let marks = new Map<string, number>();
    let decidedSecond = 0;
    for (const [index, record] of batch.entries()) {
      const head = decodeHead(record.payload);
      const { plain } = head;
      if (plain) decidedSecond = plain.decidedSecond;
      if (plain === undefined || this.#lists(plain)) listed.push(record);
      else {
        countIn(counts, groupKey(plain));
        if (head.mark) countIn(marks, markKey(head, head.mark));
      }
      if (listed.length < rows && index < batch.length - 1) continue;
      const unlisted = groupsOf(counts);
      const decidedAt = decidedSecond * 1000;
      yield { listed, unlisted, marks: marksOf(marks), last: record.position, decidedAt };
      listed = [];
      counts = new Map();
      marks = new Map();
    }
  }

  #lists(plain: PlainMark): boolean {
    const second = plain.decidedSecond;
    if (second !== this.#second) {
      this.#second = second;
      this.#listedOfSecond = 0;
      this.#differingOfSecond = 0;
    }
    if (differsInShadow(plain)) {
      this.#differingOfSecond += 1;
      return this.#differingOfSecond <= this.#plainPerSecond;
    }
    this.#listedOfSecond += 1;
    return this.#listedOfSecond <= this.#plainPerSecond;
  }
}

function countIn(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const groupKey = ({ decidedSecond, group }: PlainMark): string =>
  `${decidedSecond - (decidedSecond % DECIDED_STEP)} ${group}`;

/** Marks hold no tabs. */
const markKey = ({ key, at }: EntryHead, { simulated, text }: EventMark): string =>
  `${at - (at % MARKED_STEP_MS)}\t${simulated ? 1 : 0}\t${kindOfKey(key)}\t${text}`;

function marksOf(counts: ReadonlyMap<string, number>): UnlistedMarks[] {
  return [...counts].map(([key, events]) => {
    const [at, simulated, kind, mark = ''] = key.split('\t');
    return {
      at: Number(at),
      simulated: simulated === '1',
      kind: kind as EventKindName,
      mark,
      verdict: 'allow',
      rules: [],
      events,
    };
  });
}

function groupsOf(counts: ReadonlyMap<string, number>): UnlistedGroup[] {
  return [...counts].map(([key, events]) => {
    const space = key.indexOf(' ');
    return { ...plainGroup(key.slice(space + 1)), decidedAt: Number(key.slice(0, space)) * 1000, events };
  });
}
