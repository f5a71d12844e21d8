import type { DecisionTable, TableInput, TableRow } from '@fanzha/contract';

const TABLE_ID = /^[a-z][a-z0-9.-]{1,79}$/;

/** What a new table begins with. */
export function freshTable(): DecisionTable {
  return {
    id: '',
    title: '',
    on: ['call.attempt'],
    owner: '',
    hitPolicy: 'FIRST',
    inputs: [{ expression: 'caller.kind', type: 'string' }],
    rows: [freshRow([], 1, undefined)],
  };
}

/** An id that no row has yet: a number. */
function nextId(rows: readonly TableRow[]): string {
  const used = new Set(rows.map(({ id }) => id));
  let number = rows.length + 1;
  while (used.has(String(number))) number += 1;
  return String(number);
}

/** A row that asks for nothing, with what the row before it answers. */
function freshRow(rows: readonly TableRow[], columns: number, like: TableRow | undefined): TableRow {
  return {
    id: nextId(rows),
    cells: Array.from({ length: columns }, () => '-'),
    verdict: like?.verdict ?? 'label',
    reason: like?.reason ?? '',
    judges: like?.judges ?? 'subject',
    score: like?.score ?? 0.5,
  };
}

/** Whether it has everything that the server's schema asks for, so that it can be checked and saved. */
export function isComplete({ id, title, owner, inputs, rows }: DecisionTable): boolean {
  return (
    TABLE_ID.test(id) &&
    title.trim() !== '' &&
    owner.trim() !== '' &&
    inputs.every(({ expression }) => expression.trim() !== '') &&
    rows.length > 0 &&
    rows.every(({ reason }) => reason !== '')
  );
}

export function withRow(table: DecisionTable, at: number, row: TableRow): DecisionTable {
  return { ...table, rows: table.rows.map((each, index) => (index === at ? row : each)) };
}

export function withCell(table: DecisionTable, at: number, column: number, text: string): DecisionTable {
  const row = table.rows[at];
  if (row === undefined) return table;
  return withRow(table, at, {
    ...row,
    cells: row.cells.map((each, index) => (index === column ? text : each)),
  });
}

export function addRow(table: DecisionTable): DecisionTable {
  const { rows, inputs } = table;
  return { ...table, rows: [...rows, freshRow(rows, inputs.length, rows.at(-1))] };
}

/** Without a row; the last one stays, because a table has at least one. */
export function removeRow(table: DecisionTable, at: number): DecisionTable {
  if (table.rows.length === 1) return table;
  return { ...table, rows: table.rows.filter((_, index) => index !== at) };
}

/** A row one place up (-1) or down (+1); at the edge nothing happens. */
export function moveRow(table: DecisionTable, at: number, step: 1 | -1): DecisionTable {
  const to = at + step;
  const row = table.rows[at];
  if (row === undefined || to < 0 || to >= table.rows.length) return table;
  const rows = table.rows.filter((_, index) => index !== at);
  rows.splice(to, 0, row);
  return { ...table, rows };
}

export function addColumn(table: DecisionTable): DecisionTable {
  const input: TableInput = { expression: '', type: 'string' };
  return {
    ...table,
    inputs: [...table.inputs, input],
    rows: table.rows.map((row) => ({ ...row, cells: [...row.cells, '-'] })),
  };
}

/** Without a column and its cells; the last one stays. */
export function removeColumn(table: DecisionTable, at: number): DecisionTable {
  if (table.inputs.length === 1) return table;
  const others = <Item>(items: readonly Item[]): Item[] => items.filter((_, index) => index !== at);
  return {
    ...table,
    inputs: others(table.inputs),
    rows: table.rows.map((row) => ({ ...row, cells: others(row.cells) })),
  };
}

export function withInput(table: DecisionTable, at: number, input: TableInput): DecisionTable {
  return { ...table, inputs: table.inputs.map((each, index) => (index === at ? input : each)) };
}
