import {
  DecisionTable,
  type FactTypeName,
  RULE_LIMITS,
  type TableFault,
  type TableFinding,
  type TableInput,
  type TableRow,
} from '@fanzha/contract';
import Type, { type Static } from 'typebox';
import { type Cell, CellError, type CellOperand, parseCell, type UnaryTest } from './decision-cell.model.ts';
import { analyseTable } from './decision-table-analysis.model.ts';
import type { Rule } from './policy.model.ts';

/** One file of the pack's `tables/` folder. */
export const TableFile = Type.Object(
  { tables: Type.Array(DecisionTable, { minItems: 1 }) },
  { additionalProperties: false },
);
export type TableFile = Static<typeof TableFile>;

/** Where a character of a row's condition was written. */
export type TablePlace = Pick<TableFault, 'row' | 'column' | 'part' | 'position'>;

/** A row as the rule that it speaks as. */
export interface TableRule {
  readonly rule: Rule;
  /** Rows of one group follow each other, and at most one of them speaks: `Step.group` of the program. */
  readonly group?: string;
  /** Place in the table of a 1-based character of `rule.when`. */
  place(position: number): TablePlace;
}

export interface ExpandedTable {
  readonly rules: readonly TableRule[];
  /** Rows that cannot be read are left out of `rules` and told here. */
  readonly faults: readonly TableFault[];
  /** What may not be meant; `overlap` in a UNIQUE table is among the faults too. */
  readonly findings: readonly TableFinding[];
}

/**
 * Turns a table into rules, in its order: the rest of the policy knows nothing of tables. Pure; whether facts exist and
 * fit is told by compiling `rule.when`, whose characters `place` leads back.
 */
export function expandTable(table: DecisionTable): ExpandedTable {
  const rules: TableRule[] = [];
  const faults: TableFault[] = [];
  const cells = new Map<string, readonly Cell[]>();
  const seen = new Set<string>();
  for (const row of table.rows) {
    const found = rowFaults(table, row, seen);
    const read = found.length === 0 ? readRow(table, row, found) : [];
    if (found.length > 0) {
      faults.push(...found);
      continue;
    }
    cells.set(row.id, read);
    const { text, places } = rowText(table.inputs, read);
    if (text.length > RULE_LIMITS.characters) faults.push(tooLong(row, text.length));
    else rules.push(tableRule(table, row, text, places));
  }
  const findings = analyseTable(table, cells);
  for (const { kind, rows, message } of findings) {
    const [, row] = rows;
    if (kind === 'overlap' && row !== undefined) faults.push({ row, part: 'table', message });
  }
  return { rules, faults, findings };
}

function rowFaults({ inputs }: DecisionTable, row: TableRow, seen: Set<string>): TableFault[] {
  const faults: TableFault[] = [];
  if (seen.has(row.id)) {
    const message = { 'zh-CN': `行号 ${row.id} 重复`, en: `the row id ${row.id} is used twice` };
    faults.push({ row: row.id, part: 'table', message });
  }
  seen.add(row.id);
  if (row.cells.length !== inputs.length) {
    const message = {
      'zh-CN': `应有 ${inputs.length} 个单元格，实有 ${row.cells.length} 个`,
      en: `has ${row.cells.length} cells where the table has ${inputs.length} columns`,
    };
    faults.push({ row: row.id, part: 'table', message });
  }
  return faults;
}

function readRow({ inputs }: DecisionTable, row: TableRow, faults: TableFault[]): Cell[] {
  return inputs.flatMap(({ type }, column) => {
    try {
      return [parseCell(row.cells[column] ?? '', type)];
    } catch (error) {
      if (!(error instanceof CellError)) throw error;
      const { position, reason } = error;
      faults.push({ row: row.id, column: column + 1, part: 'cell', position, message: reason });
      return [];
    }
  });
}

function tooLong(row: TableRow, length: number): TableFault {
  const message = {
    'zh-CN': `该行条件共 ${length} 个字符，最多 ${RULE_LIMITS.characters} 个`,
    en: `the condition of the row has ${length} characters, at most ${RULE_LIMITS.characters} are allowed`,
  };
  return { row: row.id, part: 'table', message };
}

function tableRule(table: DecisionTable, row: TableRow, when: string, places: readonly Piece[]): TableRule {
  const { id, on, owner, source, from, until } = table;
  return {
    rule: {
      id: `${id}/${row.id}`,
      on,
      when,
      verdict: row.verdict,
      reason: row.reason,
      judges: row.judges,
      score: row.score,
      values: row.values ?? [],
      owner,
      ...(row.fraudType === undefined ? {} : { fraudType: row.fraudType }),
      ...(source === undefined ? {} : { source }),
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
    },
    ...(table.hitPolicy === 'COLLECT' ? {} : { group: id }),
    place: (position) => placeOf(row, places, position - 1),
  };
}

/** A piece of a row's condition, and where it was written: exactly for an input, else the character of the test. */
interface Piece {
  readonly text: string;
  readonly column: number;
  readonly part: 'input' | 'cell';
  /** 0-based character in the column's expression, or of the test in the cell. */
  readonly at: number;
}

type Write = (text: string, part: Piece['part'], at: number) => void;

function rowText(
  inputs: readonly TableInput[],
  cells: readonly Cell[],
): { readonly text: string; readonly places: readonly Piece[] } {
  const places: Piece[] = [];
  for (const [column, input] of inputs.entries()) {
    const cell = cells[column];
    if (cell === undefined || cell.tests.length === 0) continue;
    const write: Write = (text, part, at) => places.push({ text, column, part, at });
    if (places.length > 0) write(' && ', 'cell', 0);
    cellText(cell, input, write);
  }
  return { text: places.map(({ text }) => text).join('') || 'true', places };
}

function cellText(cell: Cell, input: TableInput, write: Write): void {
  write(cell.negated ? '!(' : '(', 'cell', 0);
  for (const [index, { test, at }] of cell.tests.entries()) {
    if (index > 0) write(' || ', 'cell', at - 1);
    for (const part of celParts(test, input.type)) {
      if (part === INPUT) inputText(input.expression, write);
      else write(part, 'cell', at - 1);
    }
  }
  write(')', 'cell', 0);
}

const SIMPLE = /^[\w.]+$/;

function inputText(expression: string, write: Write): void {
  const simple = SIMPLE.test(expression);
  if (!simple) write('(', 'input', 0);
  write(expression, 'input', 0);
  if (!simple) write(')', 'input', expression.length);
}

function placeOf(row: TableRow, places: readonly Piece[], index: number): TablePlace {
  let start = 0;
  for (const { text, column, part, at } of places) {
    const inside = index - start;
    start += text.length;
    if (index >= start) continue;
    const position = part === 'input' && text.length > 1 ? at + inside + 1 : at + 1;
    return { row: row.id, column: column + 1, part, position };
  }
  return { row: row.id, part: 'table' };
}

/** Stands for the column's expression. */
const INPUT = '\0';

/** A test in CEL, in pieces. */
function celParts(test: UnaryTest, type: FactTypeName): readonly string[] {
  switch (test.kind) {
    case 'compare': {
      if (type === 'list<string>') return [`${operandText(test.operand)} in `, INPUT];
      if (type !== 'bool' || 'name' in test.operand) {
        return [INPUT, ` ${test.sign} ${operandText(test.operand)}`];
      }
      return test.operand.value === true ? [INPUT] : ['!', INPUT];
    }
    case 'range': {
      const [low, high] = [operandText(test.low), operandText(test.high)];
      const [over, under] = [test.lowClosed ? '>=' : '>', test.highClosed ? '<=' : '<'];
      return [INPUT, ` ${over} ${low} && `, INPUT, ` ${under} ${high}`];
    }
    case 'text':
      return [INPUT, `.${test.test}(${operandText(test.operand)})`];
    case 'in':
      return [INPUT, ` in ${test.name}`];
    case 'empty':
      return type === 'string' ? [INPUT, ' == ""'] : ['size(', INPUT, ') == 0'];
  }
}

function operandText(operand: CellOperand): string {
  return 'name' in operand ? operand.name : literalText(operand.value);
}

/** A value as CEL writes it; whole numbers as doubles, since facts are. */
export function literalText(value: string | number | boolean): string {
  if (typeof value !== 'number') return JSON.stringify(value);
  const text = String(value);
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text;
}
