import type { FactTypeName } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';

/** What is wrong with a cell; `position` is the 1-based character of the cell. */
export class CellError extends Error {
  readonly reason: Localized;
  readonly position: number;
  constructor(reason: Localized, position: number) {
    super(reason.en);
    this.name = 'CellError';
    this.reason = reason;
    this.position = position;
  }
}

export type CompareSign = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** What a cell compares with: a value that is written out, or the name of a fact or pack value. */
export type CellOperand = { readonly value: string | number | boolean } | { readonly name: string };

export type UnaryTest =
  | { readonly kind: 'compare'; readonly sign: CompareSign; readonly operand: CellOperand }
  | {
      readonly kind: 'range';
      readonly low: CellOperand;
      readonly high: CellOperand;
      readonly lowClosed: boolean;
      readonly highClosed: boolean;
    }
  | {
      readonly kind: 'text';
      readonly test: 'startsWith' | 'endsWith' | 'contains';
      readonly operand: CellOperand;
    }
  | { readonly kind: 'in'; readonly name: string }
  | { readonly kind: 'empty' };

/**
 * A cell: any of its tests must hold, or none where it is negated. No tests: whatever the value is. In a column of
 * lists, `==` asks whether the list has the item.
 */
export interface Cell {
  readonly negated: boolean;
  readonly tests: readonly { readonly test: UnaryTest; readonly at: number }[];
}

const SPACE = /\s*/y;
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\n]|\\.)*"/y;
const NAME = /[a-z][A-Za-z0-9]*(?:\.[a-z][A-Za-z0-9]*)*/y;
const SIGN = /<=|>=|!=|==|=|<|>/y;
const WORDS = /starts\s+with|ends\s+with|contains|in|empty|not(?=\s*\()/y;
const RANGE_DOTS = /\.\./y;
/** A number in a range must not take the first of the two dots. */
const RANGE_NUMBER = /-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const MAX_TESTS = 100;

/** Reads the text of a cell of a column of the given type. Throws CellError. */
export function parseCell(text: string, type: FactTypeName): Cell {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed === '-') return { negated: false, tests: [] };
  const reader = new CellReader(text, type);
  return reader.cell();
}

const TEXT_TESTS = { s: 'startsWith', e: 'endsWith', c: 'contains' } as const;

class CellReader {
  private at = 0;
  private readonly text: string;
  private readonly type: FactTypeName;
  constructor(text: string, type: FactTypeName) {
    this.text = text;
    this.type = type;
  }

  cell(): Cell {
    const start = this.at;
    const negated = this.take(WORDS, (word) => word === 'not');
    if (negated === undefined) this.at = start;
    else this.expect('(');
    const tests = [this.test()];
    while (this.takeChar(',')) {
      if (tests.length >= MAX_TESTS) throw this.fault(`最多 ${MAX_TESTS} 项`, `at most ${MAX_TESTS} tests`);
      tests.push(this.test());
    }
    if (negated !== undefined) this.expect(')');
    this.skip();
    if (this.at < this.text.length) {
      throw this.fault('此处应为逗号或单元格末尾', 'expected a comma or the end of the cell');
    }
    return { negated: negated !== undefined, tests };
  }

  private test(): { readonly test: UnaryTest; readonly at: number } {
    this.skip();
    const at = this.at + 1;
    return { test: this.word() ?? this.range() ?? this.comparison(), at };
  }

  private word(): UnaryTest | undefined {
    const start = this.at;
    const word = this.take(WORDS, (found) => found !== 'not');
    // `in` and `empty` may also begin a name: `inbound.count`.
    if (word === undefined || /[\w.]/.test(this.text[this.at] ?? '')) {
      this.at = start;
      return undefined;
    }
    if (word === 'empty') {
      this.allow(['string', 'list<string>'], start);
      return { kind: 'empty' };
    }
    this.allow(['string'], start);
    if (word === 'in') return { kind: 'in', name: this.name() };
    return { kind: 'text', test: TEXT_TESTS[word[0] as 's' | 'e' | 'c'], operand: this.operand() };
  }

  private range(): UnaryTest | undefined {
    const open = this.text[this.at];
    if (open !== '[' && open !== '(' && open !== ']') return undefined;
    this.allow(['double'], this.at);
    this.at += 1;
    const low = this.operand(RANGE_NUMBER);
    if (this.take(RANGE_DOTS) === undefined) throw this.fault('此处应为 ..', 'expected ..');
    const high = this.operand(RANGE_NUMBER);
    this.skip();
    const close = this.text[this.at];
    if (close !== ']' && close !== ')' && close !== '[')
      throw this.fault('此处应为 ] 或 )', 'expected ] or )');
    if ('value' in low && 'value' in high && low.value > high.value) {
      throw this.fault('下限大于上限', 'the lower bound is above the upper one');
    }
    this.at += 1;
    return { kind: 'range', low, high, lowClosed: open === '[', highClosed: close === ']' };
  }

  private comparison(): UnaryTest {
    const start = this.at;
    const written = this.take(SIGN);
    const sign = written === undefined || written === '=' ? '==' : (written as CompareSign);
    if (/[<>]/.test(sign)) this.allow(['double'], start);
    if (sign === '!=') this.allow(['double', 'string'], start);
    return { kind: 'compare', sign, operand: this.operand() };
  }

  private operand(numbers = NUMBER): CellOperand {
    this.skip();
    const start = this.at;
    const number = this.take(numbers);
    if (number !== undefined) {
      this.allow(['double'], start);
      const value = Number(number);
      if (Number.isFinite(value)) return { value };
      this.at = start;
      throw this.fault('数值太大', 'the number is too large');
    }
    const quoted = this.take(STRING);
    if (quoted !== undefined) {
      this.allow(['string', 'list<string>'], start);
      return { value: this.unquoted(quoted, start) };
    }
    const name = this.name();
    if (name !== 'true' && name !== 'false') return { name };
    this.allow(['bool'], start);
    return { value: name === 'true' };
  }

  private unquoted(quoted: string, start: number): string {
    try {
      const value: unknown = JSON.parse(quoted);
      if (typeof value === 'string' && value.isWellFormed()) return value;
    } catch {
      // Told below, with the place.
    }
    this.at = start;
    throw this.fault('文字的转义有误', 'the text has a wrong escape');
  }

  private name(): string {
    const name = this.take(NAME);
    if (name === undefined) throw this.fault(...WANTED[this.type]);
    return name;
  }

  private allow(types: readonly FactTypeName[], start: number): void {
    if (types.includes(this.type)) return;
    this.at = start;
    throw this.fault(...WANTED[this.type]);
  }

  private skip(): void {
    SPACE.lastIndex = this.at;
    SPACE.exec(this.text);
    this.at = SPACE.lastIndex;
  }

  private take(pattern: RegExp, wanted: (found: string) => boolean = () => true): string | undefined {
    this.skip();
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined || !wanted(found)) return undefined;
    this.at += found.length;
    return found;
  }

  private takeChar(char: string): boolean {
    this.skip();
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  private expect(char: string): void {
    if (!this.takeChar(char)) throw this.fault(`此处应为 ${char}`, `expected ${char}`);
  }

  private fault(zh: string, en: string): CellError {
    return new CellError({ 'zh-CN': zh, en }, this.at + 1);
  }
}

const WANTED: Readonly<Record<FactTypeName, readonly [string, string]>> = {
  double: ['此列为数值：如 3、> 3、[1..5)', 'this column holds numbers: 3, > 3, [1..5)'],
  string: ['此列为文字：如 "a"、"b"、starts with "a"', 'this column holds texts: "a", "b", starts with "a"'],
  bool: ['此列为真假：true 或 false', 'this column holds true or false'],
  'list<string>': ['此列为列表：如 "a"、not("a")、empty', 'this column holds lists: "a", not("a"), empty'],
};
