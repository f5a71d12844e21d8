import { VERDICTS, type Verdict } from '@fanzha/vocabulary';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useWord } from '../../ui/use-word.ts';
import { VerdictMark } from '../../ui/verdict.tsx';
import { backtestTexts } from './texts.ts';

/** Events of one kind whose verdict was one thing and would be another. */
export interface Cell {
  readonly kind: string;
  readonly before: Verdict;
  readonly after: Verdict;
  readonly count: number;
}

interface MatrixProps {
  readonly cells: readonly Cell[];
  readonly chosen?: Cell | undefined;
  readonly onChoose?: (cell: Cell) => void;
}

/** Which verdicts became which, by kind of event. What differs stands out and opens. */
export function Matrix({ cells, chosen, onChoose }: MatrixProps) {
  const t = useTexts(backtestTexts);
  const word = useWord();
  const format = useFormat();
  const kinds = [...new Set(cells.map(({ kind }) => kind))];
  const used = VERDICTS.filter((verdict) =>
    cells.some(({ before, after }) => before === verdict || after === verdict),
  );
  const draw = (cell: Cell | undefined, same: boolean) => {
    if (cell === undefined) return <span className="fz-quiet">·</span>;
    const count = format.number(cell.count);
    if (same || onChoose === undefined)
      return same ? <span className="fz-quiet">{count}</span> : <b>{count}</b>;
    const words = `${word('kind', cell.kind)}: ${word('verdict', cell.before)} → ${word('verdict', cell.after)}: ${count}`;
    return (
      <button
        type="button"
        className="fz-cell"
        aria-label={words}
        aria-pressed={chosen === cell}
        onClick={() => onChoose(cell)}
      >
        {count}
      </button>
    );
  };
  return (
    <div className="fz-matrices">
      {kinds.map((kind) => (
        <div key={kind} className="fz-matrix-wrap">
          <table className="fz-matrix">
            <caption>{word('kind', kind)}</caption>
            <thead>
              <tr>
                <td className="fz-quiet fz-small">{t('matrixCorner')}</td>
                {used.map((after) => (
                  <th key={after} scope="col">
                    <VerdictMark verdict={after} />
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {used.map((before) => (
                <tr key={before}>
                  <th scope="row">
                    <VerdictMark verdict={before} />
                  </th>
                  {used.map((after) => {
                    const cell = cells.find(
                      (each) => each.kind === kind && each.before === before && each.after === after,
                    );
                    const same = before === after;
                    return (
                      <td key={after} className={cell !== undefined && !same ? 'fz-differs' : undefined}>
                        {draw(cell, same)}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </div>
  );
}
