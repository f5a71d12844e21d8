import type { CdrSetting } from '@fanzha/contract';
import {
  ColumnRows,
  cellsOf,
  headerCells,
  JsonRows,
  PositionRows,
  type Read,
  type RowReader,
  readJsonRow,
  type TextLine,
} from '../../platform/index.ts';
import { accLogValues, looksLikeAcc } from './acc-call.model.ts';
import { type CdrReading, CdrUnreadable } from './cdr-reading.model.ts';
import {
  ASTERISK_RECORDS,
  FREESWITCH_RECORDS,
  looksLikeAsterisk,
  looksLikeFreeswitch,
  splitFreeswitch,
} from './switch-field.model.ts';

const SAMPLE = 20;
const MAX_COLUMNS = 500;
const MAX_NAME = 200;

/** How a file that begins with these lines is read, and whether the first is a header; undefined when more may tell. */
export function findReading(
  lines: readonly TextLine[],
  setting: CdrSetting,
  more: boolean,
): { reading: CdrReading; hasHeader: boolean } | undefined {
  const [first] = lines;
  if (first === undefined) return undefined;
  const { columns, format, delimiter } = setting;
  if (columns !== undefined) {
    return { reading: ofColumns(columns, delimiter ?? ',', setting), hasHeader: false };
  }
  const found = formOf(lines.slice(0, SAMPLE), format);
  if (found === 'csv') return { reading: ofHeader(first, setting), hasHeader: true };
  if (found !== undefined) return { reading: { form: found.form, acc: found.acc }, hasHeader: false };
  if (more && lines.length < SAMPLE) return undefined;
  throw new CdrUnreadable(
    `第 ${first.line} 行既不是 JSON、FreeSWITCH、Asterisk 或 Kamailio acc 话单，也不是表头；请在来源设置中写明 format 或 columns`,
    `line ${first.line} is neither JSON, a record of FreeSWITCH, Asterisk or Kamailio's acc, nor a header: set format or columns of the source`,
  );
}

type Form = { readonly form: Exclude<CdrReading['form'], 'columns'>; readonly acc: boolean };

function formOf(lines: readonly TextLine[], format: CdrSetting['format']): Form | 'csv' | undefined {
  const texts = lines.map(({ text }) => text);
  if (format === 'freeswitch' || format === 'asterisk') return { form: format, acc: false };
  if (format === 'csv') return 'csv';
  if (format === 'json') return { form: 'json', acc: false };
  const isAcc = format === 'kamailio';
  if (texts.some((text) => accLogValues(text) !== undefined)) return { form: 'log', acc: true };
  const json = texts.map((text, index) => jsonPart({ line: index, text })).find((read) => 'values' in read);
  if (json !== undefined && 'values' in json) {
    return { form: 'json', acc: isAcc || looksLikeAcc(Object.keys(json.values)) };
  }
  if (isAcc) return looksLikeAcc(headerCells(texts[0] ?? '').cells) ? 'csv' : undefined;
  if (texts.some((text) => looksLikeAsterisk(cellsOf(text, ',')))) return { form: 'asterisk', acc: false };
  const rows = texts.flatMap((text) => [cellsOf(text, ','), splitFreeswitch(text) ?? []]);
  if (rows.some(looksLikeFreeswitch)) return { form: 'freeswitch', acc: false };
  return headerCells(texts[0] ?? '').cells.length > 1 && looksLikeNames(texts[0] ?? '') ? 'csv' : undefined;
}

/** A header holds words; a record holds numbers and times. */
function looksLikeNames(text: string): boolean {
  return headerCells(text).cells.every((cell) => cell.length <= MAX_NAME && !/^[+\d]/.test(cell.trim()));
}

function ofHeader(first: TextLine, setting: CdrSetting): CdrReading {
  const { delimiter, cells } = setting.delimiter
    ? { delimiter: setting.delimiter, cells: cellsOf(first.text, setting.delimiter) }
    : headerCells(first.text);
  if (cells.length > MAX_COLUMNS || cells.some((cell) => cell.length > MAX_NAME)) {
    throw new CdrUnreadable(
      `表头超过 ${MAX_COLUMNS} 列或列名超过 ${MAX_NAME} 字`,
      `the header has more than ${MAX_COLUMNS} columns, or a name of more than ${MAX_NAME} characters`,
    );
  }
  return ofColumns(
    cells.map((cell) => cell.trim()),
    delimiter,
    setting,
  );
}

function ofColumns(columns: readonly string[], delimiter: string, { format }: CdrSetting): CdrReading {
  const acc = format === 'kamailio' || (format === 'auto' && looksLikeAcc(columns));
  return { form: 'columns', columns, delimiter, acc };
}

/** Opens the reader of the lines. */
export function openRows({ form, columns = [], delimiter = ',' }: CdrReading): RowReader {
  if (form === 'columns') return new ColumnRows(columns, delimiter);
  if (form === 'freeswitch') return new PositionRows(FREESWITCH_RECORDS);
  if (form === 'asterisk') return new PositionRows(ASTERISK_RECORDS);
  return form === 'json' ? new PrefixedJsonRows() : new LogRows();
}

/** JSON that a logging program may have put its own words before. */
class PrefixedJsonRows extends JsonRows {
  override read(lines: readonly TextLine[]): Read[] {
    return lines.map(jsonPart);
  }
}

function jsonPart(line: TextLine): Read {
  const at = line.text.indexOf('{');
  return readJsonRow(at > 0 ? { ...line, text: line.text.slice(at) } : line);
}

/** Lines that acc wrote to the system's log; those of others are passed over. */
class LogRows extends JsonRows {
  override read(lines: readonly TextLine[]): Read[] {
    return lines.flatMap(({ line, text }) => {
      const values = accLogValues(text);
      return values === undefined ? [] : [{ line, raw: text, values }];
    });
  }
}
