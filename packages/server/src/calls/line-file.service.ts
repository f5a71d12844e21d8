import { LineContent, LineId } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import { parse } from 'csv-parse/sync';
import { compileSchema } from '../platform/index.ts';
import type { ContentFault } from './line-content.model.ts';

/** Columns of a file of lines, each with the other names it is known by. */
const COLUMNS = {
  id: ['线路编号'],
  kind: ['类型'],
  owner: ['使用单位'],
  owner_code: ['单位代码'],
  use: ['用途'],
  numbers: ['号码'],
  routes: ['中继'],
  dedicated: ['专用'],
  abroad: ['境外'],
  hours: ['时段'],
  time_zone: ['时区'],
  valid_from: ['生效日期'],
  valid_until: ['失效日期'],
  document: ['依据'],
  note: ['备注'],
} as const;
type Column = keyof typeof COLUMNS;
export const LINE_COLUMNS = Object.keys(COLUMNS) as readonly Column[];
const NEEDED: readonly Column[] = ['id', 'kind', 'owner', 'use', 'numbers', 'valid_from', 'document'];

const say = (zh: string, en: string): Localized => ({ 'zh-CN': zh, en });
const YES = ['yes', 'true', '1', 'y', '是'];
const NO = ['no', 'false', '0', 'n', '否', ''];
const validator = compileSchema(LineContent);
const idValidator = compileSchema(LineId);

/** A row: what it registers, or what is wrong with it. */
export type ImportRow = {
  readonly row: number;
  readonly id: string;
  readonly faults: readonly ContentFault[];
} & {
  readonly content?: LineContent;
};

/** A file that cannot be read as a whole. */
export class LineFileFault extends Error {
  readonly reason: Localized;
  readonly isTooLarge: boolean;

  constructor(reason: Localized, isTooLarge = false) {
    super(reason.en);
    this.reason = reason;
    this.isTooLarge = isTooLarge;
  }
}

/**
 * Reads CSV with a header (RFC 4180, comma or semicolon). Numbers stand between `|` or blanks, ranges as `first..last`;
 * routes are `trunk`, `trunk@carrier` or `@carrier` between `|`; hours are `1-5 09:00-18:00` between `|`. Throws
 * LineFileFault when the file as a whole cannot be read or has more than `most` rows.
 */
export function readLineFile(csv: string, most: number): ImportRow[] {
  if (csv.includes('\u0000')) throw new LineFileFault(say('不是文本', 'is not text'));
  const records = recordsOf(csv, most);
  const [head] = records;
  if (!head) throw new LineFileFault(say('没有内容', 'holds nothing'));
  const places = placesOf(head.record);
  return records.slice(1).map(({ record, line }) => rowOf(record, places, line));
}

interface CsvRecord {
  readonly record: readonly string[];
  /** Line of the file on which it begins, from 1. */
  readonly line: number;
}

function recordsOf(csv: string, most: number): CsvRecord[] {
  const [first = ''] = csv.split('\n', 1);
  const delimiter = first.includes(';') && !first.includes(',') ? ';' : ',';
  let found: { record: string[]; info: { lines: number } }[];
  try {
    found = parse(csv, {
      delimiter,
      bom: true,
      info: true,
      to: most + 2,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 100_000,
    }) as unknown as typeof found;
  } catch (error) {
    const { message } = error as Error;
    throw new LineFileFault(say(`不是 CSV：${message}`, `is not CSV: ${message}`));
  }
  if (found.length > most + 1) throw new LineFileFault(say('行数过多', 'has too many rows'), true);
  return found.map(({ record, info }) => ({ record, line: info.lines }));
}

function placesOf(head: readonly string[]): ReadonlyMap<Column, number> {
  const places = new Map<Column, number>();
  for (const [place, written] of head.entries()) {
    const name = written.toLowerCase().replace(/[\s-]+/g, '_');
    const column = LINE_COLUMNS.find(
      (each) => each === name || COLUMNS[each].some((other) => other === written),
    );
    if (column === undefined) {
      const shown = written.slice(0, 80);
      throw new LineFileFault(say(`没有名为“${shown}”的列`, `has a column “${shown}” that is not known`));
    }
    if (places.has(column))
      throw new LineFileFault(say(`列 ${column} 重复`, `has the column ${column} twice`));
    places.set(column, place);
  }
  const missing = NEEDED.filter((column) => !places.has(column)).join(', ');
  if (missing !== '') throw new LineFileFault(say(`缺少列 ${missing}`, `lacks the column ${missing}`));
  return places;
}

function rowOf(record: readonly string[], places: ReadonlyMap<Column, number>, row: number): ImportRow {
  const cell = (column: Column): string => record[places.get(column) ?? -1] ?? '';
  const faults: ContentFault[] = [];
  const flag = (column: 'dedicated' | 'abroad'): boolean => {
    const written = cell(column).toLowerCase();
    if (![...YES, ...NO].includes(written))
      faults.push({ field: column, reason: say('须为 yes 或 no', 'must be yes or no') });
    return YES.includes(written);
  };
  const optional = (field: 'ownerCode' | 'timeZone' | 'validUntil' | 'note', column: Column) =>
    cell(column) === '' ? {} : { [field]: cell(column) };
  const content = {
    kind: cell('kind'),
    owner: cell('owner'),
    ...optional('ownerCode', 'owner_code'),
    use: cell('use'),
    numbers: cell('numbers')
      .split(/[|\s]+/)
      .filter((text) => text !== ''),
    routes: parts(cell('routes')).map(routeOf),
    dedicated: flag('dedicated'),
    abroad: flag('abroad'),
    hours: parts(cell('hours')).flatMap((text) => hoursOf(text, faults)),
    ...optional('timeZone', 'time_zone'),
    validFrom: cell('valid_from'),
    ...optional('validUntil', 'valid_until'),
    document: cell('document'),
    ...optional('note', 'note'),
  };
  const id = cell('id');
  if (!idValidator.check(id)) {
    faults.push({ field: 'id', reason: say('不是线路编号', 'is not the id of a line') });
  }
  if (validator.check(content)) return { row, id, content, faults };
  const [zh, en] = [validator.faults(content, 'zh-CN'), validator.faults(content, 'en')];
  const wrong = en.map(({ field, reason }, index) => ({
    field,
    reason: say(zh[index]?.reason ?? reason, reason),
  }));
  return { row, id, faults: [...faults, ...wrong] };
}

const parts = (cell: string): string[] =>
  cell
    .split('|')
    .map((text) => text.trim())
    .filter((text) => text !== '');

function routeOf(text: string): { trunk?: string; carrier?: string } {
  const at = text.lastIndexOf('@');
  const [trunk, carrier] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
  return { ...(trunk === '' ? {} : { trunk }), ...(carrier === '' ? {} : { carrier }) };
}

/** `1-5 09:00-18:00`, `6,7 10:00-16:00`, or `09:00-18:00` for every day. */
function hoursOf(text: string, faults: ContentFault[]): LineContent['hours'] {
  const [, days = '1-7', from = '', until = ''] =
    /^(?:([1-7](?:[-,][1-7])*)\s+)?(\d{1,2}:\d{2})-(\d{1,2}:\d{2})$/.exec(text) ?? [];
  const found = days.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, more) => first + more);
  });
  if (from !== '' && found.length > 0) {
    return [{ days: [...new Set(found)], from: from.padStart(5, '0'), until: until.padStart(5, '0') }];
  }
  faults.push({ field: 'hours', reason: say('须如 1-5 09:00-18:00', 'must be like 1-5 09:00-18:00') });
  return [];
}
