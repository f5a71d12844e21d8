import { type Cells, CsvReader, type TextLine } from './csv.ts';
import { type Reject, reject, WHOLE_LINE } from './reject.ts';

/** A line that was read: values by the names that the file gives its columns or keys. */
export interface FileRecord {
  readonly line: number;
  readonly raw: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export type Read = FileRecord | Reject;

export function isReject(read: Read): read is Reject {
  return 'reason' in read;
}

/** Reads the lines of one format. Whatever a line holds, it costs at most itself. */
export interface RowReader {
  read(lines: readonly TextLine[]): Read[];
  /** What is left when the file has ended. */
  end(): Read[];
  /** The first line of a record that is not complete yet; reading may begin again there. */
  readonly pending: TextLine | undefined;
}

/** One JSON object a line. */
export class JsonRows implements RowReader {
  readonly pending = undefined;

  read(lines: readonly TextLine[]): Read[] {
    return lines.map(readJsonRow);
  }

  end(): Read[] {
    return [];
  }
}

/** The object of a line of JSON, or why there is none. */
export function readJsonRow({ line, text }: TextLine): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = (error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 200);
    return reject(line, WHOLE_LINE, `不是有效的 JSON：${why}`, `is not valid JSON: ${why}`, text);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { line, raw: text, values: value as Record<string, unknown> };
  }
  return reject(line, WHOLE_LINE, '应为一个 JSON 对象', 'must be a JSON object', text);
}

/** CSV whose columns have names; every record must have them all. The header itself must not be among the lines. */
export class ColumnRows implements RowReader {
  readonly #csv: CsvReader;
  readonly #names: readonly string[];

  constructor(names: readonly string[], delimiter: string) {
    this.#names = names;
    this.#csv = new CsvReader({ delimiter, multiline: true, columns: names.length });
  }

  get pending(): TextLine | undefined {
    return this.#csv.pending;
  }

  read(lines: readonly TextLine[]): Read[] {
    return this.#named(this.#csv.read(lines));
  }

  end(): Read[] {
    return this.#named(this.#csv.end());
  }

  #named(found: readonly (Cells | Reject)[]): Read[] {
    return found.map((item) => (isCells(item) ? this.#record(item) : item));
  }

  #record({ line, text, cells }: Cells): FileRecord {
    const values = Object.fromEntries(this.#names.map((name, index) => [name, cells[index] ?? '']));
    return { line, raw: text, values };
  }
}

export interface CallRecordShape {
  /** What writes such records, for messages. */
  readonly title: string;
  /** The cells by name; undefined when there are too few. */
  values(cells: readonly string[]): Readonly<Record<string, string>> | undefined;
  /** Last try on a line whose quotes are broken. */
  readonly rescue?: (text: string) => string[] | undefined;
}

/** CSV without a header, whose columns a program has by convention; a record is one line. */
export class PositionRows implements RowReader {
  readonly pending = undefined;
  readonly #csv: CsvReader;
  readonly #shape: CallRecordShape;

  constructor(shape: CallRecordShape) {
    this.#shape = shape;
    const { rescue } = shape;
    this.#csv = new CsvReader({ delimiter: ',', multiline: false, ...(rescue ? { rescue } : {}) });
  }

  read(lines: readonly TextLine[]): Read[] {
    return this.#named(this.#csv.read(lines));
  }

  end(): Read[] {
    return this.#named(this.#csv.end());
  }

  #named(found: readonly (Cells | Reject)[]): Read[] {
    return found.map((item) => (isCells(item) ? this.#record(item) : item));
  }

  #record({ line, text, cells }: Cells): Read {
    const values = this.#shape.values(cells);
    if (values !== undefined) return { line, raw: text, values };
    return reject(
      line,
      WHOLE_LINE,
      `只有 ${cells.length} 列，不是 ${this.#shape.title} 话单`,
      `has ${cells.length} columns, too few for a record of ${this.#shape.title}`,
      text,
    );
  }
}

/** The cells of one line; none when it is not CSV. */
export function cellsOf(text: string, delimiter: string): readonly string[] {
  const [read] = new CsvReader({ delimiter, multiline: false }).read([{ line: 1, text }]);
  return read && 'cells' in read ? read.cells : [];
}

const DELIMITERS = [',', ';', '\t', '|'];

/** The cells of a header, by the delimiter that gives the most of them. */
export function headerCells(text: string): { delimiter: string; cells: readonly string[] } {
  const cut = DELIMITERS.map((delimiter) => ({ delimiter, cells: cellsOf(text, delimiter) }));
  return cut.reduce((best, next) => (next.cells.length > best.cells.length ? next : best));
}

function isCells(item: Cells | Reject): item is Cells {
  return 'cells' in item;
}
