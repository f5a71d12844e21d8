import {
  ASTERISK_RECORDS,
  FREESWITCH_RECORDS,
  looksLikeAsterisk,
  looksLikeFreeswitch,
  splitFreeswitch,
} from '../../calls/index.ts';
import {
  ColumnRows,
  cellsOf,
  type Encoding,
  headerCells,
  JsonRows,
  LineDecoder,
  MAX_LINE_BYTES,
  PositionRows,
  type RawLine,
  type Read,
  type Reject,
  type RowReader,
  readJsonRow,
  reject,
  shownLine,
  splitLines,
  type TextLine,
  WHOLE_LINE,
} from '../../platform/index.ts';
import type { CommandError } from '../terminal.ts';
import { looksLikeHeader, missingColumns } from './columns.ts';
import { type Input, unreadable } from './input.ts';
import type { Format } from './record.ts';
import type { Screened } from './screened.ts';

export interface ReadOptions {
  readonly kind: Screened;
  /** Found out from the first lines when not given. */
  readonly format?: Format;
  readonly encoding?: Encoding;
  /** Told once each, when they are found out. */
  readonly onFormat?: (format: Format) => void;
  readonly onEncoding?: (encoding: Encoding) => void;
}

/**
 * Reads a record file as it flows: batches of records and refused lines, in the order of the file; blank lines are left
 * out. Memory is bounded whatever the file holds, and a bad line costs only itself.
 * Throws CommandError (exit code 3) when the format cannot be told or a header lacks a needed column.
 */
export async function* readRecords(input: Input, options: ReadOptions): AsyncGenerator<Read[]> {
  const decoder = new LineDecoder(options.encoding, options.onEncoding);
  let reader: RowReader | undefined;
  let held: TextLine[] = [];
  for await (const batch of splitLines(input.bytes)) {
    decoder.sample(batch);
    const { lines, rejects } = decode(batch, decoder);
    held.push(...lines);
    reader ??= openReader(input.name, held, options, held.length < SAMPLE);
    const reads = reader ? reader.read(held) : [];
    if (reader) held = [];
    const merged = rejects.length === 0 ? reads : inOrder([...reads, ...rejects]);
    if (merged.length > 0) yield merged;
  }
  reader ??= openReader(input.name, held, options, held.length === 0);
  const rest = reader ? [...reader.read(held), ...reader.end()] : [];
  if (rest.length > 0) yield rest;
}

function inOrder(reads: Read[]): Read[] {
  return reads.sort((a, b) => a.line - b.line);
}

function decode(batch: readonly RawLine[], decoder: LineDecoder): { lines: TextLine[]; rejects: Reject[] } {
  const lines: TextLine[] = [];
  const rejects: Reject[] = [];
  for (const { number, bytes, tooLong } of batch) {
    const text = tooLong ? undefined : decoder.decode(bytes);
    if (text === undefined) rejects.push(unreadableLine(number, bytes, tooLong, decoder.encoding));
    else if (text.trim() !== '')
      lines.push({ line: number, text: number === 1 ? text.replace(/^\uFEFF/, '') : text });
  }
  return { lines, rejects };
}

function unreadableLine(line: number, bytes: Buffer, tooLong: boolean, encoding: Encoding): Reject {
  const raw = shownLine(bytes, encoding);
  if (tooLong) {
    const limit = MAX_LINE_BYTES.toLocaleString('en');
    return reject(line, WHOLE_LINE, `超过 ${limit} 字节`, `is longer than ${limit} bytes`, raw);
  }
  return reject(line, WHOLE_LINE, `不是有效的 ${encoding} 文本`, `is not valid ${encoding} text`, raw);
}

/** The reader for a file that begins like this; undefined when that cannot be told yet and `more` may come. */
function openReader(
  file: string,
  lines: readonly TextLine[],
  options: ReadOptions,
  more: boolean,
): RowReader | undefined {
  const first = lines[0];
  const format = options.format ?? detectFormat(lines, options.kind);
  if (first === undefined || (format === undefined && more)) return undefined;
  if (format === undefined) throw unknownFormat(file, first, options.kind);
  options.onFormat?.(format);
  if (format === 'jsonl') return new JsonRows();
  if (format === 'csv') return openHeaderReader(file, first.text, options.kind);
  if (format === 'freeswitch') return new PositionRows(FREESWITCH_RECORDS);
  return new PositionRows(ASTERISK_RECORDS);
}

const SAMPLE = 20;

/** Tells the format from the first lines: one good line among them is enough, so that damage at the top does not hide it. */
function detectFormat(lines: readonly TextLine[], kind: Screened): Format | undefined {
  const texts = lines.slice(0, SAMPLE).map(({ text }) => text);
  const [first = ''] = texts;
  if (texts.some(isJsonObject)) return 'jsonl';
  // Before the header: a value of a call record, such as an account code, may be the name of a column.
  if (texts.some((text) => looksLikeAsterisk(cellsOf(text, ',')))) return 'asterisk';
  const rows = texts.flatMap((text) => [cellsOf(text, ','), splitFreeswitch(text) ?? []]);
  if (rows.some(looksLikeFreeswitch)) return 'freeswitch';
  if (looksLikeHeader(kind, headerCells(first).cells)) return 'csv';
  return first.trimStart().startsWith('{') ? 'jsonl' : undefined;
}

function unknownFormat(file: string, first: TextLine, kind: Screened): CommandError {
  if (first.text.trimStart().startsWith('[')) {
    return unreadable(file, 'is a JSON array: write one JSON object a line, for example with jq -c ".[]"');
  }
  return unreadable(
    file,
    `line ${first.line} is neither JSON, a header with a known column (such as ${examples(kind)}), nor a FreeSWITCH or Asterisk call record; --format says which it is`,
  );
}

function examples(kind: Screened): string {
  return kind === 'calls' ? 'from, to' : 'text';
}

function isJsonObject(text: string): boolean {
  return text.trimStart().startsWith('{') && 'values' in readJsonRow({ line: 0, text });
}

const MAX_COLUMNS = 500;

function openHeaderReader(file: string, header: string, kind: Screened): RowReader {
  const { delimiter, cells } = headerCells(header);
  if (cells.length > MAX_COLUMNS) throw unreadable(file, `the header has more than ${MAX_COLUMNS} columns`);
  const [missing] = missingColumns(kind, cells);
  if (missing) {
    const seen = cells.slice(0, 12).join(', ').slice(0, 300);
    throw unreadable(
      file,
      `the header has no column for ${missing.field} (one of ${missing.names.join(', ')}); it has ${seen}`,
    );
  }
  return new HeaderRows(cells, delimiter);
}

/** CSV below its header, which is the first line that comes. */
class HeaderRows extends ColumnRows {
  #headerSeen = false;

  override read(lines: readonly TextLine[]): Read[] {
    const body = this.#headerSeen ? lines : lines.slice(1);
    this.#headerSeen = true;
    return super.read(body);
  }
}
