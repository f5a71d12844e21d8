import { createHash } from 'node:crypto';
import { SUBSCRIBER_COLUMNS } from './subscriber-column.model.ts';

/** One subscriber of a labelled file. */
export interface Subscriber {
  /** What the file calls the person; rows of one person are never parted. Empty where the file names nobody. */
  readonly person: string;
  /** Values of `SUBSCRIBER_COLUMNS`; NaN where there is none. */
  readonly columns: Float64Array;
  readonly fraud: boolean;
}

/** What is wrong with one line: a column, or the line where it is empty. */
export interface SubscriberFault {
  readonly field: string;
  readonly reason: string;
}

const PERSON = 'phone_no_m';
const LABEL = 'label';
/** Larger is no count, sum of seconds or bill of a month; and keeps ratios finite. */
const LARGEST = 1e12;

/** Columns that a header must have and lacks; empty when all are there. The person may be missing. */
export function missingSubscriberColumns(header: readonly string[]): string[] {
  return [...SUBSCRIBER_COLUMNS, LABEL].filter((column) => !header.includes(column));
}

/** Reads one record of such a file by the names of its columns. */
export function readSubscriber(values: Readonly<Record<string, unknown>>): Subscriber | SubscriberFault {
  const columns = new Float64Array(SUBSCRIBER_COLUMNS.length);
  for (const [index, column] of SUBSCRIBER_COLUMNS.entries()) {
    const text = textOf(values[column]);
    const value = text === '' ? Number.NaN : Number(text);
    if (text !== '' && !(Math.abs(value) <= LARGEST)) return { field: column, reason: 'is not a number' };
    columns[index] = value;
  }
  const label = textOf(values[LABEL]);
  if (label === '' || ![0, 1].includes(Number(label))) return { field: LABEL, reason: 'must be 0 or 1' };
  return { person: textOf(values[PERSON]), columns, fraud: Number(label) === 1 };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** Figures that survive another program's writing. */
const DIGITS = 6;

/**
 * 32 bits of a digest of a subscriber's values: enough to know a row that a model was trained on (one of 4,000 by chance:
 * once in a million), of no use for getting the values back.
 */
export function fingerprint({ columns }: Pick<Subscriber, 'columns'>): number {
  const text = Array.from(columns, (value) => (Number.isNaN(value) ? '' : value.toPrecision(DIGITS))).join(
    ',',
  );
  return createHash('sha256').update(text).digest().readUInt32LE(0);
}

/** The group of each row: rows of one person or of the same values are in one. */
export function groupsOf(subscribers: readonly Subscriber[]): Int32Array {
  const parent = Int32Array.from(subscribers, (_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parent[at] !== at) at = parent[at] as number;
    return at;
  };
  const first = new Map<string, number>();
  const join = (key: string, index: number): void => {
    const known = first.get(key);
    if (known === undefined) first.set(key, index);
    else parent[root(index)] = root(known);
  };
  for (const [index, subscriber] of subscribers.entries()) {
    join(`values ${fingerprint(subscriber)}`, index);
    if (subscriber.person !== '') join(`person ${subscriber.person}`, index);
  }
  return parent.map((_, index) => root(index));
}
