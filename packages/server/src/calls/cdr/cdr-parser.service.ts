import type { CdrSetting } from '@fanzha/contract';
import {
  columnName,
  createTimeReader,
  type FileRecord,
  isReject,
  LineDecoder,
  type LinePlace,
  MAX_LINE_BYTES,
  type RawLine,
  type Read,
  type Reject,
  type RowReader,
  reject,
  shownLine,
  splitLines,
  type TextLine,
  WHOLE_LINE,
} from '../../platform/index.ts';
import { ACC_PARTIES, AccCalls, accRecord } from './acc-call.model.ts';
import {
  type CallEvents,
  type CallPart,
  createCallRecords,
  hash,
  type RecordFault,
} from './call-record.model.ts';
import type { CdrReading } from './cdr-reading.model.ts';
import { findReading, openRows } from './cdr-reading.service.ts';
import { type CallFields, createFieldReader, textOf } from './cdr-rule.model.ts';
import { freeswitchJson } from './switch-field.model.ts';

/** What a parser has to know of a file; plain data. */
export interface ParseStart {
  readonly source: string;
  readonly setting: CdrSetting;
  /** IANA zone of times without one, where the setting tells none. */
  readonly zone: string;
  /** Where reading begins: everything before it was handed over earlier. */
  readonly from: LinePlace;
  /** How the file is read, when that was found out before. */
  readonly reading?: CdrReading;
  /** The file has its end: a last line without a line feed is a record too. */
  readonly whole: boolean;
}

/** A record that was understood, with the number of its events among those of the batch. */
export interface ParsedRecord {
  readonly line: number;
  readonly raw: string;
  /** When the call began, ms since the epoch. */
  readonly at: number;
  readonly events: number;
}

/** Records that came together; plain data. */
export interface ParsedBatch {
  /** The events of all records in order, one JSON a line. */
  readonly lines: Uint8Array;
  readonly records: readonly ParsedRecord[];
  readonly refused: readonly Reject[];
  /** Everything before it is in this batch or was in one before. */
  readonly next: LinePlace;
  readonly reading?: CdrReading;
}

/**
 * Reads call records as they flow, a batch for each piece that comes. A line that is wrong costs only itself, and memory
 * is bounded whatever comes. `before` is what of the file lies just before `from`: which calls are open is read off it.
 * Throws CdrUnreadable when the file as a whole cannot be read.
 */
export async function* parseCdr(
  bytes: AsyncIterable<Uint8Array>,
  start: ParseStart,
  before?: AsyncIterable<Uint8Array>,
): AsyncGenerator<ParsedBatch> {
  const file = new FileParser(start);
  if (before) for await (const batch of splitLines(before)) file.recall(batch);
  for await (const batch of splitLines(bytes, MAX_LINE_BYTES, start.from)) {
    const parsed = file.read(batch);
    if (parsed !== undefined) yield parsed;
  }
  const rest = file.end();
  if (rest !== undefined) yield rest;
}

class FileParser {
  readonly #start: ParseStart;
  readonly #decoder: LineDecoder;
  readonly #toEvents: RecordReader;
  #reading: CdrReading | undefined;
  #rows: RowReader | undefined;
  #held: TextLine[] = [];
  #next: LinePlace;

  constructor(start: ParseStart) {
    this.#start = start;
    this.#decoder = new LineDecoder(start.setting.encoding ?? start.reading?.encoding);
    this.#toEvents = recordReader(start);
    this.#next = start.from;
    this.#reading = start.reading;
    if (start.reading) this.#rows = openRows(start.reading);
  }

  /** Reads lines that were handed over before, for what has to be known of them. */
  recall(batch: readonly RawLine[]): void {
    this.#decoder.sample(batch);
    for (const line of batch) this.#decode(line, []);
    this.#batch(this.#rows?.read(this.#held) ?? [], []);
    this.#held = [];
    // It began anywhere: half a record must not be taken for the beginning of the next.
    if (this.#reading) this.#rows = openRows(this.#reading);
  }

  read(batch: readonly RawLine[]): ParsedBatch | undefined {
    const taken = batch.filter(({ closed }) => closed || this.#start.whole);
    const last = taken.at(-1);
    if (last === undefined) return undefined;
    this.#decoder.sample(taken);
    const refused: Reject[] = [];
    for (const line of taken) this.#decode(line, refused);
    this.#open(true);
    const reads = this.#rows?.read(this.#held) ?? [];
    const pending = this.#rows === undefined ? this.#held[0] : this.#rows.pending;
    if (this.#rows) this.#held = [];
    this.#next =
      pending?.start === undefined
        ? { offset: last.end, line: last.number }
        : { offset: pending.start, line: pending.line - 1 };
    return this.#batch(reads, refused);
  }

  end(): ParsedBatch | undefined {
    if (!this.#start.whole) return undefined;
    this.#open(false);
    if (!this.#rows) return undefined;
    const pending = this.#rows.pending !== undefined;
    const reads = [...this.#rows.read(this.#held), ...this.#rows.end()];
    return reads.length === 0 && !pending ? undefined : this.#batch(reads, []);
  }

  #decode(line: RawLine, refused: Reject[]): void {
    const text = line.tooLong ? undefined : this.#decoder.decode(line.bytes);
    if (text === undefined) refused.push(unreadableLine(line, this.#decoder));
    else if (text.trim() !== '') {
      const plain = line.number === 1 ? text.replace(/^\uFEFF/, '') : text;
      this.#held.push({ line: line.number, text: plain, start: line.start });
    }
  }

  #open(more: boolean): void {
    if (this.#rows) return;
    const found = findReading(this.#held, this.#start.setting, more);
    if (found === undefined) return;
    this.#reading = found.reading;
    this.#rows = openRows(found.reading);
    if (found.hasHeader) this.#held = this.#held.slice(1);
  }

  #batch(reads: readonly Read[], unreadable: readonly Reject[]): ParsedBatch {
    const records: ParsedRecord[] = [];
    const refused: Reject[] = [...unreadable];
    let text = '';
    for (const read of reads) {
      const result = isReject(read) ? read : this.#toEvents(read, this.#reading?.acc === true);
      if (result === undefined) continue;
      if ('reason' in result) {
        const { field, reason } = result;
        const { line, raw } = read;
        refused.push(isReject(read) ? read : reject(line, field, reason['zh-CN'], reason.en, raw));
        continue;
      }
      records.push({ line: read.line, raw: read.raw, at: result.at, events: result.events.length });
      for (const event of result.events) text += `${JSON.stringify(event)}\n`;
    }
    refused.sort((a, b) => a.line - b.line);
    const { encoding } = this.#decoder;
    return {
      lines: Buffer.from(text, 'utf8'),
      records,
      refused,
      next: this.#next,
      ...(this.#reading ? { reading: { ...this.#reading, encoding } } : {}),
    };
  }
}

function unreadableLine({ number, bytes, tooLong }: RawLine, { encoding }: LineDecoder): Reject {
  const raw = shownLine(bytes, encoding);
  if (tooLong) {
    const limit = MAX_LINE_BYTES.toLocaleString('en');
    return reject(number, WHOLE_LINE, `超过 ${limit} 字节`, `is longer than ${limit} bytes`, raw);
  }
  return reject(number, WHOLE_LINE, `不是有效的 ${encoding} 文本`, `is not valid ${encoding} text`, raw);
}

type RecordReader = (record: FileRecord, acc: boolean) => CallEvents | RecordFault | undefined;

const NO_ACC: RecordFault = {
  field: WHOLE_LINE,
  reason: {
    'zh-CN': '不是 acc 记录：缺少 method、callid 或 sip_code',
    en: 'is no record of acc: method, callid or sip_code is missing',
  },
};
const UNKNOWN_CALL: RecordFault = {
  field: 'callid',
  reason: {
    'zh-CN': '此前没有该通话接通的记录，无法算出时长',
    en: 'ends a call whose answer was not among the records before it',
  },
};

/** Makes what turns records into events, by the setting and the switch that wrote them. */
function recordReader({ source, setting, zone }: ParseStart): RecordReader {
  const fieldsOf = createFieldReader({ setting, columnName });
  const accFieldsOf = createFieldReader({ setting: accSetting(setting), columnName: () => undefined });
  const calls = createCallRecords({
    source,
    setting,
    timesIn: createTimeReader,
    zone: setting.zone ?? zone,
  });
  const acc = new AccCalls();
  const toEvents = (values: FileRecord['values'], fields: CallFields, part?: CallPart) =>
    calls.events(fields, () => JSON.stringify(values), part);
  return ({ values }, isAcc) => {
    if (isAcc) {
      const record = accRecord(values);
      if (record === undefined) return NO_ACC;
      const news = acc.take(record, accFieldsOf(values));
      if (news.kind === 'unknown-call') return UNKNOWN_CALL;
      return news.kind === 'nothing' ? undefined : toEvents(values, news.fields, news.kind);
    }
    const flat = freeswitchJson(values) ?? values;
    return toEvents(flat, withOwnId(fieldsOf(flat), flat, setting));
  };
}

/**
 * Asterisk gives the records of one call the same uniqueid where it was queued, transferred or dialled in turn: what
 * else the record holds tells them apart.
 */
function withOwnId(fields: CallFields, values: FileRecord['values'], setting: CdrSetting): CallFields {
  const { id } = fields;
  if (id === undefined || setting.fields?.id !== undefined || textOf(values.uniqueid) !== id) return fields;
  const sequence = textOf(values.sequence);
  if (sequence !== undefined && sequence !== '') return { ...fields, id: `${id}/${sequence}` };
  return {
    ...fields,
    attempt: fields.attempt ?? id,
    id: `${id}#${hash(JSON.stringify(Object.values(values)), 8)}`,
  };
}

/** Where the setting does not say which extra columns name caller and callee, the usual ones do. */
function accSetting(setting: CdrSetting): CdrSetting {
  const { from, to } = ACC_PARTIES;
  return { ...setting, fields: { from: { column: [...from] }, to: { column: [...to] }, ...setting.fields } };
}
