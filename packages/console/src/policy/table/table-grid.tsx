import { ArrowDownOutlined, ArrowUpOutlined, CloseOutlined, PlusOutlined } from '@ant-design/icons';
import {
  type DecisionTable,
  FACT_TYPES,
  type TableFault,
  type TableFinding,
  type TableRow,
} from '@fanzha/contract';
import { VERDICTS } from '@fanzha/vocabulary';
import { Button } from 'antd';
import { type KeyboardEvent, useRef } from 'react';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useWord } from '../../ui/use-word.ts';
import './table.css';
import {
  addColumn,
  addRow,
  moveRow,
  removeColumn,
  removeRow,
  withCell,
  withInput,
  withRow,
} from './table-draft.model.ts';
import { tableTexts } from './texts.ts';

interface TableGridProps {
  readonly table: DecisionTable;
  readonly faults: readonly TableFault[];
  readonly findings: readonly TableFinding[];
  readonly reasons: readonly { readonly value: string; readonly label: string }[];
  readonly readOnly: boolean;
  onChange(table: DecisionTable): void;
}

/** Where the cursor stands in a text field, so that arrows leave it only at its ends. */
function leaves({ key, currentTarget }: KeyboardEvent<HTMLElement>): boolean {
  if (!(currentTarget instanceof HTMLInputElement) || currentTarget.type !== 'text') return key !== 'Enter';
  const { selectionStart, selectionEnd, value } = currentTarget;
  if (key === 'ArrowLeft') return selectionStart === 0 && selectionEnd === 0;
  if (key === 'ArrowRight') return selectionStart === value.length;
  return true;
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Enter: [1, 0],
};

/** Where a key goes, as rows down and columns right; up and down choose in a list of the browser. */
function stepOf(event: KeyboardEvent<HTMLElement>): readonly [number, number] | undefined {
  const step = STEPS[event.key];
  if (step === undefined || event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return undefined;
  const sideways = step[1] !== 0;
  if (event.altKey) return sideways ? undefined : step;
  if (!sideways && event.currentTarget instanceof HTMLSelectElement) return undefined;
  return leaves(event) ? step : undefined;
}

/** Arrows and Enter go from cell to cell, Alt with an arrow moves the row, Enter in the last row adds one. */
function useSheetKeys(table: DecisionTable, readOnly: boolean, onChange: (table: DecisionTable) => void) {
  const grid = useRef<HTMLTableElement>(null);
  const focus = (row: number, column: number): void =>
    grid.current?.querySelector<HTMLElement>(`[data-at="${row}:${column}"]`)?.focus();
  const change = (changed: DecisionTable, row: number, column: number): void => {
    onChange(changed);
    window.requestAnimationFrame(() => focus(row, column));
  };
  const go = (event: KeyboardEvent<HTMLElement>, row: number, column: number): void => {
    const step = stepOf(event);
    if (step === undefined) return;
    event.preventDefault();
    const [down, right] = step;
    const adds = event.key === 'Enter' && row === table.rows.length - 1;
    if (readOnly || !(event.altKey || adds)) focus(row + down, column + right);
    else if (adds) change(addRow(table), row + 1, column);
    else change(moveRow(table, row, down < 0 ? -1 : 1), row + down, column);
  };
  const press = (row: number, column: number) => (event: KeyboardEvent<HTMLElement>) =>
    go(event, row, column);
  return { grid, press };
}

/** Rows and columns to be written in like a sheet. Arrows move, Enter goes down, Alt with an arrow moves the row. */
export function TableGrid({ table, faults, findings, reasons, readOnly, onChange }: TableGridProps) {
  const t = useTexts(tableTexts);
  const localized = useLocalized();
  const { inputs, rows } = table;
  const { grid, press } = useSheetKeys(table, readOnly, onChange);
  const faultAt = (row: string | undefined, column: number | undefined): string | undefined => {
    const found = faults.filter((fault) => fault.row === row && fault.column === column);
    return found.length === 0 ? undefined : found.map(({ message }) => localized(message)).join('\n');
  };
  const silent = new Set(
    findings.filter(({ kind }) => kind === 'never-hits').flatMap((finding) => finding.rows.slice(0, 1)),
  );
  return (
    <div className="fz-sheet-wrap">
      <table className="fz-sheet" ref={grid}>
        <caption className="fz-hidden">{t('grid')}</caption>
        <Head table={table} faultAt={faultAt} readOnly={readOnly} onChange={onChange} />
        <tbody>
          {[...rows.entries()].map(([at, row]) => (
            <tr key={row.id} data-silent={silent.has(row.id)}>
              <th scope="row">
                {row.id}
                {silent.has(row.id) ? <span className="fz-sheet-mark"> {t('neverHits')}</span> : null}
              </th>
              {[...row.cells.entries()].map(([column, cell]) => {
                const fault = faultAt(row.id, column + 1);
                return (
                  <td key={column} data-fault={fault}>
                    <input
                      type="text"
                      className="fz-mono"
                      data-at={`${at}:${column}`}
                      value={cell}
                      readOnly={readOnly}
                      title={fault}
                      aria-invalid={fault !== undefined}
                      aria-label={t('cell', { row: row.id, column: column + 1 })}
                      onKeyDown={press(at, column)}
                      onChange={({ target }) => onChange(withCell(table, at, column, target.value))}
                    />
                  </td>
                );
              })}
              {readOnly ? null : <td />}
              <Outputs
                row={row}
                place={(column) => ({
                  'data-at': `${at}:${inputs.length + column}`,
                  onKeyDown: press(at, inputs.length + column),
                })}
                fault={faultAt(row.id, undefined)}
                reasons={reasons}
                readOnly={readOnly}
                onChange={(changed) => onChange(withRow(table, at, changed))}
              />
              {readOnly ? null : (
                <td>
                  <RowButtons table={table} at={at} row={row} onChange={onChange} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface HeadProps extends Pick<TableGridProps, 'table' | 'readOnly' | 'onChange'> {
  faultAt(row: string | undefined, column: number | undefined): string | undefined;
}

/** What each column asks about, and of which type it is. */
function Head({ table, faultAt, readOnly, onChange }: HeadProps) {
  const t = useTexts(tableTexts);
  const { inputs } = table;
  return (
    <thead>
      <tr>
        <th scope="col">{t('row')}</th>
        {[...inputs.entries()].map(([column, input]) => (
          <th key={column} scope="col" data-fault={faultAt(undefined, column + 1)}>
            <div className="fz-sheet-head">
              <input
                type="text"
                className="fz-mono"
                value={input.expression}
                readOnly={readOnly}
                title={faultAt(undefined, column + 1) ?? input.expression}
                aria-label={t('expression', { column: column + 1 })}
                aria-invalid={faultAt(undefined, column + 1) !== undefined}
                onChange={({ target }) =>
                  onChange(withInput(table, column, { ...input, expression: target.value }))
                }
              />
              {readOnly || inputs.length === 1 ? null : (
                <Button
                  type="text"
                  size="small"
                  icon={<CloseOutlined />}
                  aria-label={t('removeColumn', { column: column + 1 })}
                  title={t('removeColumn', { column: column + 1 })}
                  onClick={() => onChange(removeColumn(table, column))}
                />
              )}
            </div>
            <select
              value={input.type}
              disabled={readOnly}
              aria-label={t('type', { column: column + 1 })}
              onChange={({ target }) =>
                onChange(
                  withInput(table, column, {
                    ...input,
                    type: target.value as (typeof FACT_TYPES)[number],
                  }),
                )
              }
            >
              {FACT_TYPES.map((type) => (
                <option key={type}>{type}</option>
              ))}
            </select>
          </th>
        ))}
        {readOnly ? null : (
          <th scope="col">
            <Button
              size="small"
              icon={<PlusOutlined />}
              aria-label={t('addColumn')}
              title={t('addColumn')}
              onClick={() => onChange(addColumn(table))}
            />
          </th>
        )}
        {(['verdict', 'reason', 'judges', 'score', 'note'] as const).map((name) => (
          <th key={name} scope="col" className="fz-sheet-out">
            {t(name)}
          </th>
        ))}
        {readOnly ? null : <td />}
      </tr>
    </thead>
  );
}

function RowButtons({
  table,
  at,
  row,
  onChange,
}: Pick<TableGridProps, 'table' | 'onChange'> & { at: number; row: TableRow }) {
  const t = useTexts(tableTexts);
  const acts = [
    { key: 'moveUp', icon: <ArrowUpOutlined />, off: at === 0, act: () => moveRow(table, at, -1) },
    {
      key: 'moveDown',
      icon: <ArrowDownOutlined />,
      off: at === table.rows.length - 1,
      act: () => moveRow(table, at, 1),
    },
    {
      key: 'removeRow',
      icon: <CloseOutlined />,
      off: table.rows.length === 1,
      act: () => removeRow(table, at),
    },
  ] as const;
  return (
    <span className="fz-row-acts">
      {acts.map(({ key, icon, off, act }) => (
        <Button
          key={key}
          type="text"
          size="small"
          disabled={off}
          icon={icon}
          aria-label={t(key, { row: row.id })}
          title={t(key, { row: row.id })}
          onClick={() => onChange(act())}
        />
      ))}
    </span>
  );
}

interface OutputsProps {
  readonly row: TableRow;
  readonly fault: string | undefined;
  readonly reasons: TableGridProps['reasons'];
  readonly readOnly: boolean;
  place(column: number): { 'data-at': string; onKeyDown(event: KeyboardEvent<HTMLElement>): void };
  onChange(row: TableRow): void;
}

/** What a row answers. */
function Outputs({ row, fault, reasons, readOnly, place, onChange }: OutputsProps) {
  const t = useTexts(tableTexts);
  const word = useWord();
  const label = (name: 'verdict' | 'reason' | 'judges' | 'score' | 'note'): string =>
    t('ofRow', { field: t(name), row: row.id });
  const known = reasons.some(({ value }) => value === row.reason);
  return (
    <>
      <td className={`fz-sheet-out fz-${row.verdict}`}>
        <select
          {...place(0)}
          className="fz-sheet-verdict"
          value={row.verdict}
          disabled={readOnly}
          aria-label={label('verdict')}
          onChange={({ target }) => onChange({ ...row, verdict: target.value as TableRow['verdict'] })}
        >
          {VERDICTS.map((verdict) => (
            <option key={verdict} value={verdict}>
              {word('verdict', verdict)}
            </option>
          ))}
        </select>
      </td>
      <td data-fault={fault}>
        <select
          {...place(1)}
          value={row.reason}
          disabled={readOnly}
          title={fault}
          aria-label={label('reason')}
          aria-invalid={fault !== undefined}
          onChange={({ target }) => onChange({ ...row, reason: target.value })}
        >
          {known ? null : <option value={row.reason}>{row.reason}</option>}
          {reasons.map(({ value, label: words }) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
      </td>
      <td>
        <select
          {...place(2)}
          value={row.judges}
          disabled={readOnly}
          aria-label={label('judges')}
          onChange={({ target }) => onChange({ ...row, judges: target.value as TableRow['judges'] })}
        >
          {(['event', 'subject'] as const).map((value) => (
            <option key={value} value={value}>
              {t(`judges.${value}`)}
            </option>
          ))}
        </select>
      </td>
      <td>
        <input
          {...place(3)}
          type="number"
          min={0}
          max={1}
          step={0.05}
          value={row.score}
          readOnly={readOnly}
          aria-label={label('score')}
          onChange={({ target }) =>
            onChange({ ...row, score: Math.min(1, Math.max(0, Number(target.value))) })
          }
        />
      </td>
      <td>
        <input
          {...place(4)}
          type="text"
          maxLength={500}
          value={row.note ?? ''}
          readOnly={readOnly}
          aria-label={label('note')}
          onChange={({ target }) => {
            const { note: _, ...rest } = row;
            onChange(target.value === '' ? rest : { ...rest, note: target.value });
          }}
        />
      </td>
    </>
  );
}
