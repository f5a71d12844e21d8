import type { DecisionTable, FactTypeName, TableFinding } from '@fanzha/contract';
import type { Localized } from '@fanzha/vocabulary';
import type { Cell, CellOperand, UnaryTest } from './decision-cell.model.ts';

/**
 * A column cut into classes of values that no cell of it tells apart: between two numbers that cells name, at one of
 * them, each text that they name, and all others. `classesOf` has the classes that a cell covers.
 */
interface Column {
  /** A value of each class, written as a cell. */
  readonly classes: readonly string[];
  classesOf(cell: Cell): ReadonlySet<number>;
}

/** Products of classes that are walked one by one; beyond it, rows are only compared in pairs. */
const MAX_PRODUCT = 20_000;
const MAX_GAPS = 5;
/** A column of lists is cut into the subsets of the items that its cells name. */
const MAX_ITEMS = 5;

/**
 * What is true of a table and may not be meant: rows that never speak, rows that hold together where one at most may,
 * and what no row covers. Told only where the cells decide it: a column with a test that compares with another fact, or
 * looks into a text, is taken to tell nothing apart but equal cells.
 */
export function analyseTable(
  table: DecisionTable,
  cells: ReadonlyMap<string, readonly Cell[]>,
): TableFinding[] {
  const rows = table.rows.flatMap(({ id }): [string, readonly Cell[]][] => {
    const found = cells.get(id);
    return found === undefined ? [] : [[id, found]];
  });
  const columns = table.inputs.map(({ type }, index) =>
    columnOf(
      type,
      rows.flatMap(([, row]) => row[index] ?? []),
    ),
  );
  const covered = rows.map(
    ([id, row]): Covered => ({
      id,
      sets: columns.map((column, index) => column && row[index] && column.classesOf(row[index])),
      texts: row.map((cell) => JSON.stringify(cell.tests.map(({ test }) => test)) + cell.negated),
      free: row.map(({ tests }) => tests.length === 0),
    }),
  );
  const findings = table.hitPolicy === 'COLLECT' ? [] : pairs(table, covered);
  const known = columns.filter((column) => column !== undefined);
  const product = known.reduce((size, { classes }) => size * classes.length, 1);
  if (known.length < columns.length || product > MAX_PRODUCT) return findings;
  return [...findings, ...walk(known, covered, new Set(findings.flatMap(deadRow)), table)];
}

const deadRow = ({ kind, rows }: TableFinding): string[] => (kind === 'never-hits' ? rows.slice(0, 1) : []);

/** What a row covers: classes of each column, undefined where these are not known. */
interface Covered {
  readonly id: string;
  readonly sets: readonly (ReadonlySet<number> | undefined)[];
  readonly texts: readonly string[];
  readonly free: readonly boolean[];
}

function pairs({ hitPolicy }: DecisionTable, rows: readonly Covered[]): TableFinding[] {
  const findings: TableFinding[] = [];
  rows.forEach((row, index) => {
    const before = rows.slice(0, index);
    if (hitPolicy === 'UNIQUE') {
      for (const other of before) if (!apart(other, row)) findings.push(overlap(other.id, row.id));
      return;
    }
    const wider = before.find((other) => covers(other, row));
    if (wider) findings.push(neverHits(row.id, wider.id));
  });
  return findings;
}

function covers(wide: Covered, narrow: Covered): boolean {
  return wide.sets.every((set, column) => {
    if (wide.free[column] || wide.texts[column] === narrow.texts[column]) return true;
    const inner = narrow.sets[column];
    return set !== undefined && inner !== undefined && [...inner].every((each) => set.has(each));
  });
}

/** Whether some column shows that two rows never hold together. */
function apart(one: Covered, other: Covered): boolean {
  return one.sets.some((set, column) => {
    const against = other.sets[column];
    return set !== undefined && against !== undefined && ![...against].some((each) => set.has(each));
  });
}

/** Goes through all products of classes: rows that others cover together, and what none covers. */
function walk(
  columns: readonly Column[],
  rows: readonly Covered[],
  dead: ReadonlySet<string>,
  { hitPolicy }: DecisionTable,
): TableFinding[] {
  const spoken = new Set<string>();
  const gaps: string[][] = [];
  const chosen: number[] = [];
  const visit = (left: readonly Covered[]): void => {
    const column = columns[chosen.length];
    if (column === undefined) {
      const [first] = left;
      if (first) spoken.add(first.id);
      else if (gaps.length < MAX_GAPS)
        gaps.push(chosen.map((each, index) => columns[index]?.classes[each] ?? ''));
      return;
    }
    for (let each = 0; each < column.classes.length; each++) {
      const at = chosen.length;
      chosen.push(each);
      visit(left.filter(({ sets }) => sets[at]?.has(each)));
      chosen.pop();
    }
  };
  visit(rows);
  const silent = rows.filter(({ id }) => hitPolicy === 'FIRST' && !spoken.has(id) && !dead.has(id));
  return [...silent.map(({ id }) => neverHits(id)), ...gaps.map(gap)];
}

const words = (zh: string, en: string): Localized => ({ 'zh-CN': zh, en });

function neverHits(row: string, by?: string): TableFinding {
  const message =
    by === undefined
      ? words(
          `${row} 行永远轮不到：前面各行合起来已全部覆盖`,
          `row ${row} never speaks: the rows before it cover all of it`,
        )
      : words(
          `${row} 行永远轮不到：${by} 行已全部覆盖`,
          `row ${row} never speaks: row ${by} covers all of it`,
        );
  return { kind: 'never-hits', rows: by === undefined ? [row] : [row, by], message };
}

function overlap(one: string, other: string): TableFinding {
  const message = words(`${one} 行与 ${other} 行可能同时成立`, `rows ${one} and ${other} may hold together`);
  return { kind: 'overlap', rows: [one, other], message };
}

function gap(cells: string[]): TableFinding {
  const message = words(`没有一行覆盖：${cells.join('；')}`, `no row covers: ${cells.join('; ')}`);
  return { kind: 'gap', rows: [], cells, message };
}

function columnOf(type: FactTypeName, cells: readonly Cell[]): Column | undefined {
  const tests = cells.flatMap(({ tests: all }) => all.map(({ test }) => test));
  if (!tests.every(isDecidable)) return undefined;
  if (type === 'double') return numberColumn(tests);
  if (type === 'bool')
    return classColumn(['true', 'false'], (test, value) => operandOf(test) === (value === 'true'));
  return type === 'string' ? textColumn(tests) : listColumn(tests);
}

function isDecidable(test: UnaryTest): boolean {
  if (test.kind === 'compare') return 'value' in test.operand;
  if (test.kind === 'range') return 'value' in test.low && 'value' in test.high;
  return test.kind === 'empty';
}

const operandOf = (test: UnaryTest): unknown =>
  test.kind === 'compare' && 'value' in test.operand ? test.operand.value : undefined;

/** Classes with the tests that hold in each. */
function classColumn<T>(
  values: readonly T[],
  holds: (test: UnaryTest, value: T) => boolean,
  written: (value: T) => string = String,
): Column {
  return {
    classes: values.map(written),
    classesOf: ({ tests, negated }) =>
      new Set(
        values.flatMap((value, index) =>
          tests.length === 0 || tests.some(({ test }) => holds(test, value)) !== negated ? [index] : [],
        ),
      ),
  };
}

/** A number that cells name, or what lies between two of them. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

function numberColumn(tests: readonly UnaryTest[]): Column {
  const named = tests.flatMap((test) =>
    test.kind === 'range' ? [numberOf(test.low), numberOf(test.high)] : [Number(operandOf(test))],
  );
  const points = [...new Set(named)].sort((a, b) => a - b);
  const bounds = [Number.NEGATIVE_INFINITY, ...points, Number.POSITIVE_INFINITY];
  const intervals = bounds.slice(1).flatMap((high, index): Interval[] => {
    const low = bounds[index] ?? 0;
    return [{ low, high }, ...(Number.isFinite(high) ? [{ low: high, high }] : [])];
  });
  return classColumn(intervals, holdsOfNumber, intervalText);
}

const numberOf = (operand: CellOperand): number => ('value' in operand ? Number(operand.value) : Number.NaN);

function holdsOfNumber(test: UnaryTest, { low, high }: Interval): boolean {
  // Within an interval every test says the same; a value inside it shows what.
  const isPoint = low === high;
  const above = (bound: number, closed: boolean) => low > bound || (low === bound && (closed || !isPoint));
  const below = (bound: number, closed: boolean) => high < bound || (high === bound && (closed || !isPoint));
  if (test.kind === 'range') {
    return above(numberOf(test.low), test.lowClosed) && below(numberOf(test.high), test.highClosed);
  }
  if (test.kind !== 'compare') return false;
  const bound = numberOf(test.operand);
  const equal = isPoint && low === bound;
  switch (test.sign) {
    case '==':
      return equal;
    case '!=':
      return !equal;
    case '<':
    case '<=':
      return below(bound, test.sign === '<=');
    case '>':
    case '>=':
      return above(bound, test.sign === '>=');
  }
}

function intervalText({ low, high }: Interval): string {
  if (low === high) return String(low);
  if (!Number.isFinite(low)) return Number.isFinite(high) ? `< ${high}` : '-';
  return Number.isFinite(high) ? `(${low}..${high})` : `> ${low}`;
}

function namedTexts(tests: readonly UnaryTest[]): string[] {
  return [...new Set(tests.map((test) => (test.kind === 'empty' ? '' : String(operandOf(test)))))];
}

function textColumn(tests: readonly UnaryTest[]): Column {
  const named = namedTexts(tests);
  const holds = (test: UnaryTest, value: string | undefined): boolean => {
    if (test.kind === 'empty') return value === '';
    const equal = value === operandOf(test);
    return test.kind === 'compare' && test.sign === '!=' ? !equal : equal;
  };
  const others = named.length === 0 ? '-' : `not(${named.map((name) => JSON.stringify(name)).join(', ')})`;
  return classColumn<string | undefined>([...named, undefined], holds, (value) =>
    value === undefined ? others : JSON.stringify(value),
  );
}

function listColumn(tests: readonly UnaryTest[]): Column | undefined {
  const named = namedTexts(tests.filter(({ kind }) => kind !== 'empty'));
  if (named.length > MAX_ITEMS) return undefined;
  const subsets = Array.from({ length: 2 ** named.length }, (_, bits) =>
    named.filter((_name, index) => bits & (1 << index)),
  );
  // A list may be empty, or hold only items that no cell names.
  const classes = [
    { items: [] as string[], empty: true },
    ...subsets.map((items) => ({ items, empty: false })),
  ];
  return classColumn(
    classes,
    (test, { items, empty }) => (test.kind === 'empty' ? empty : items.includes(String(operandOf(test)))),
    ({ items, empty }) => {
      if (empty) return 'empty';
      return items.length === 0 ? '-' : items.map((each) => JSON.stringify(each)).join(' + ');
    },
  );
}
