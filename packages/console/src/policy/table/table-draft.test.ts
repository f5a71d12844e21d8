import type { DecisionTable } from '@fanzha/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addColumn,
  addRow,
  freshTable,
  moveRow,
  removeColumn,
  removeRow,
  withCell,
} from './table-draft.model.ts';

type Act = (table: DecisionTable, at: number, other: number) => DecisionTable;
const ACTS: readonly Act[] = [
  addRow,
  removeRow,
  (table, at, other) => moveRow(table, at, other % 2 === 0 ? 1 : -1),
  addColumn,
  removeColumn,
  (table, at, other) => withCell(table, at, other, '> 3'),
];

describe('a decision table while it is edited', () => {
  it('stays rectangular with rows of different ids, whatever is done to it', () => {
    const act = fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 6 }), fc.nat({ max: 6 }));
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        let table = freshTable();
        for (const [what, at, other] of acts) table = ACTS[what]?.(table, at, other) ?? table;
        expect(table.rows.length).toBeGreaterThan(0);
        expect(table.inputs.length).toBeGreaterThan(0);
        expect(table.rows.every(({ cells }) => cells.length === table.inputs.length)).toBe(true);
        expect(new Set(table.rows.map(({ id }) => id)).size).toBe(table.rows.length);
      }),
    );
  });

  it('moves a row one place and stops at the edges', () => {
    const table = addRow(addRow(freshTable()));
    const order = (rows: { id: string }[]) => rows.map(({ id }) => id).join('');
    const ids = order(table.rows);
    const [first, second, third] = ids;
    expect(order(moveRow(table, 0, 1).rows)).toBe(`${second}${first}${third}`);
    expect(order(moveRow(table, 0, -1).rows)).toBe(ids);
    expect(order(moveRow(table, 2, 1).rows)).toBe(ids);
  });
});
