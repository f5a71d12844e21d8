import type { VerdictCounts } from '@fanzha/contract';
import { VERDICTS, type Verdict } from '@fanzha/vocabulary';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { DecisionFilters } from '../api/decisions.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { linkTo } from '../ui/decision-filters.ts';
import { VerdictMark } from '../ui/verdict.tsx';
import { callTexts } from './texts.ts';

interface VerdictTableProps {
  readonly caption: string;
  readonly rows: readonly VerdictCounts[];
  nameOf(key: string): ReactNode;
  filtersOf(key: string): DecisionFilters;
}

/** Calls by verdict, a row each, in an order that never changes; each figure opens the decisions behind it. */
export function VerdictTable({ caption, rows, nameOf, filtersOf }: VerdictTableProps) {
  const t = useTexts(callTexts);
  const format = useFormat();
  const shown = VERDICTS.filter((verdict) => rows.some(({ verdicts }) => verdicts[verdict]));
  const figure = (key: string, count: number, verdict?: Verdict): ReactNode =>
    count === 0 ? (
      <span className="fz-quiet">0</span>
    ) : (
      <Link {...linkTo({ ...filtersOf(key), ...(verdict === undefined ? {} : { verdict }) })}>
        {format.number(count)}
      </Link>
    );
  return (
    <section className="fz-calls-scroll" aria-label={caption}>
      <table className="fz-calls-table">
        <caption className="fz-hidden">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{caption}</th>
            <th scope="col">{t('calls')}</th>
            {shown.map((verdict) => (
              <th key={verdict} scope="col">
                <VerdictMark verdict={verdict} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, calls, verdicts }) => (
            <tr key={key}>
              <th scope="row">{nameOf(key)}</th>
              <td>{figure(key, calls)}</td>
              {shown.map((verdict) => (
                <td key={verdict}>{figure(key, verdicts[verdict] ?? 0, verdict)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
