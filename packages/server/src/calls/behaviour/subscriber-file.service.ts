import {
  ColumnRows,
  headerCells,
  isReject,
  type Read,
  splitLines,
  type TextLine,
} from '../../platform/index.ts';
import {
  missingSubscriberColumns,
  readSubscriber,
  type Subscriber,
  type SubscriberFault,
} from './subscriber.model.ts';

/** Told of every line that is left out. */
export type OnSubscriberFault = (line: number, fault: SubscriberFault) => void;

/** More rows than this are not held; a training takes minutes long before. */
const MOST_ROWS = 500_000;
/** A line of some sixty numbers is far shorter. */
const MOST_BYTES = 64 * 1024;

/**
 * Reads labelled subscribers from CSV with a header, as the bytes come; further columns are passed over. A bad line is
 * told and left out. Throws RangeError where the header lacks columns or names one twice, where there are too many rows,
 * and where no line is good.
 */
export async function readSubscribers(
  bytes: AsyncIterable<Uint8Array>,
  onFault: OnSubscriberFault,
): Promise<Subscriber[]> {
  const subscribers: Subscriber[] = [];
  const take = (reads: readonly Read[]): void => {
    for (const read of reads) {
      const found = isReject(read)
        ? { field: read.field, reason: read.reason.en }
        : readSubscriber(read.values);
      if ('reason' in found) onFault(read.line, found);
      else subscribers.push(found);
    }
    if (subscribers.length > MOST_ROWS) throw new RangeError(`it has more than ${MOST_ROWS} rows`);
  };
  let rows: ColumnRows | undefined;
  for await (const batch of splitLines(bytes, MOST_BYTES)) {
    const lines: TextLine[] = [];
    for (const { number, bytes: raw, tooLong } of batch) {
      const text = raw.toString('utf8').replace(/^\ufeff/, '');
      if (tooLong) onFault(number, { field: '(line)', reason: `is longer than ${MOST_BYTES} bytes` });
      else if (text.trim() !== '') lines.push({ line: number, text });
    }
    const [first] = lines;
    if (!rows && first) {
      rows = columnsOf(first.text);
      lines.shift();
    }
    take(rows?.read(lines) ?? []);
  }
  take(rows?.end() ?? []);
  if (subscribers.length === 0) throw new RangeError('no line with the columns of a subscriber and a label');
  return subscribers;
}

function columnsOf(header: string): ColumnRows {
  const { delimiter, cells } = headerCells(header);
  const names = cells.map((cell) => cell.trim());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new RangeError(`the header names ${JSON.stringify(twice.slice(0, 40))} twice`);
  const missing = missingSubscriberColumns(names);
  if (missing.length > 0) {
    const some = missing.slice(0, 8).join(', ');
    throw new RangeError(
      `the header lacks ${missing.length} columns: ${some}${missing.length > 8 ? ', …' : ''}`,
    );
  }
  return new ColumnRows(names, delimiter);
}
