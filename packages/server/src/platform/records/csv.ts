import { parse } from 'csv-parse/sync';
import { type Reject, reject, WHOLE_LINE } from './reject.ts';

/** A line of text, already decoded. */
export interface TextLine {
  readonly line: number;
  readonly text: string;
  /** Byte at which it begins in its file, where somebody has to know. */
  readonly start?: number;
}

/** A record cut into its fields; `line` is where it begins. */
export interface Cells extends TextLine {
  readonly cells: readonly string[];
}

export interface CsvShape {
  readonly delimiter: string;
  /** Whether a quoted field may hold line ends: true for files with a header, false for call records. */
  readonly multiline: boolean;
  /** Number of columns, where it is known: a record with another number is refused. */
  readonly columns?: number;
  /** Last try on a line whose quotes are broken. */
  readonly rescue?: (text: string) => string[] | undefined;
}

/** A quoted field may run over so many lines or characters; then its first line is refused and reading goes on after it. */
const MAX_JOINED_LINES = 100;
const MAX_JOINED_CHARS = 128 * 1024;

/**
 * Cuts lines into CSV records (RFC 4180, quotes inside unquoted fields tolerated). A field that is never closed costs
 * only its own line: the lines after it are read again by themselves.
 */
export class CsvReader {
  readonly #shape: CsvShape;
  /** Lines of a quoted field that is still open. */
  #open: TextLine[] = [];

  constructor(shape: CsvShape) {
    this.#shape = shape;
  }

  read(lines: readonly TextLine[]): (Cells | Reject)[] {
    const found: (TextLine | Reject)[] = [];
    let queue: readonly TextLine[] = [...this.#open, ...lines];
    this.#open = [];
    let at = 0;
    while (at < queue.length) {
      const { used, result } = this.#assemble(queue, at);
      if (result === undefined) {
        this.#open = queue.slice(at);
        queue = [];
        break;
      }
      found.push(result);
      at += used;
    }
    return this.#cut(found);
  }

  /** The first line of a quoted field that is still open. */
  get pending(): TextLine | undefined {
    return this.#open[0];
  }

  /** What is left when the file has ended: the lines of a quoted field that was never closed. */
  end(): (Cells | Reject)[] {
    const found: (Cells | Reject)[] = [];
    while (this.#open.length > 0) {
      const [first, ...rest] = this.#open;
      this.#open = [];
      if (first) found.push(unclosed(first));
      found.push(...this.read(rest));
    }
    return found;
  }

  /** One record from `at` on; no result when more lines are needed to tell. */
  #assemble(lines: readonly TextLine[], at: number): { used: number; result: TextLine | Reject | undefined } {
    const first = lines[at] as TextLine;
    let state = scanQuotes(first.text, this.#shape.delimiter, false);
    if (state === 'closed') return { used: 1, result: first };
    if (state === 'open' && !this.#shape.multiline) return { used: 1, result: this.#saved(first) };
    let text = first.text;
    let used = 1;
    while (state === 'open') {
      const next = lines[at + used];
      if (used >= MAX_JOINED_LINES || text.length > MAX_JOINED_CHARS)
        return { used: 1, result: unclosed(first) };
      if (next === undefined) return { used, result: undefined };
      text += `\n${next.text}`;
      state = scanQuotes(next.text, this.#shape.delimiter, true);
      used += 1;
    }
    if (state === 'broken' || !this.#fits(text)) return { used: 1, result: this.#saved(first) };
    return { used, result: { line: first.line, text } };
  }

  /** A line with broken quotes: kept for the rescue of its format, refused where there is none. */
  #saved(line: TextLine): TextLine | Reject {
    return this.#shape.rescue?.(line.text) ? line : unclosed(line);
  }

  #fits(text: string): boolean {
    const [cells] = this.#parse(text) ?? [];
    return cells !== undefined && (this.#shape.columns === undefined || cells.length === this.#shape.columns);
  }

  #cut(found: readonly (TextLine | Reject)[]): (Cells | Reject)[] {
    const texts = found.filter((item): item is TextLine => 'text' in item);
    const rows = this.#parse(texts.map(({ text }) => text).join('\n'));
    // One parse of the whole batch is ten times faster; it only counts when every record gave exactly one row.
    const whole = rows?.length === texts.length ? rows : undefined;
    let index = 0;
    return found.map((item) => {
      if (!('text' in item)) return item;
      const cells = whole?.[index];
      index += 1;
      return this.#checked(item, cells ?? this.#alone(item.text));
    });
  }

  #alone(text: string): string[] | undefined {
    const rows = this.#parse(text);
    return rows?.length === 1 ? rows[0] : undefined;
  }

  #checked(item: TextLine, parsed: string[] | undefined): Cells | Reject {
    const cells = parsed ?? this.#shape.rescue?.(item.text);
    if (cells === undefined) return unclosed(item);
    const wanted = this.#shape.columns;
    if (wanted !== undefined && cells.length === wanted + 1 && cells.at(-1) === '') cells.pop();
    if (wanted === undefined || cells.length === wanted) return { ...item, cells };
    return reject(
      item.line,
      WHOLE_LINE,
      `有 ${cells.length} 列，应为 ${wanted} 列`,
      `has ${cells.length} columns instead of ${wanted}`,
      item.text,
    );
  }

  #parse(text: string): string[][] | undefined {
    if (text === '') return [];
    const { delimiter } = this.#shape;
    try {
      return parse(text, {
        delimiter,
        record_delimiter: ['\n'],
        relax_column_count: true,
        relax_quotes: true,
        trim: delimiter !== '\t',
      });
    } catch {
      return undefined;
    }
  }
}

function unclosed({ line, text }: TextLine): Reject {
  return reject(line, WHOLE_LINE, '引号不成对', 'has a quoted field that is not closed properly', text);
}

/** How a line leaves a quoted field: all closed, still open, or with text between a closing quote and the delimiter. */
export function scanQuotes(text: string, delimiter: string, inside: boolean): 'closed' | 'open' | 'broken' {
  let at = inside ? 0 : afterOpeningQuote(text, delimiter, -1);
  while (at !== -1) {
    const end = closingQuote(text, at);
    if (end === -1) return 'open';
    const next = fieldStart(text, end + 1);
    if (next >= text.length) return 'closed';
    if (text[next] !== delimiter) return 'broken';
    at = afterOpeningQuote(text, delimiter, next);
  }
  return 'closed';
}

/** Where the content of the next quoted field begins, from the delimiter at `from` on (-1: line start); -1 if none. */
function afterOpeningQuote(text: string, delimiter: string, from: number): number {
  if (!text.includes('"', from + 1)) return -1;
  let before = from;
  do {
    const start = fieldStart(text, before + 1);
    if (text[start] === '"') return start + 1;
    before = text.indexOf(delimiter, start);
  } while (before !== -1);
  return -1;
}

function fieldStart(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at += 1;
  return at;
}

/** Position of the quote that ends a quoted field, doubled quotes skipped; -1 when there is none. */
function closingQuote(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
