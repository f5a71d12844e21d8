import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { DecisionFilters } from '../api/decisions.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { linkTo } from './decision-filters.ts';
import { uiTexts } from './texts.ts';

export interface CountRow {
  readonly key: string;
  readonly name: ReactNode;
  readonly count: number;
  readonly filters: DecisionFilters;
}

/** Counts as bars, largest first; each opens the decisions that it counted. */
export function CountBars({ rows }: { readonly rows: readonly CountRow[] }) {
  const t = useTexts(uiTexts);
  const format = useFormat();
  const largest = Math.max(1, ...rows.map(({ count }) => count));
  if (rows.length === 0) return <p className="fz-quiet">{t('lastPart')}</p>;
  return (
    <ul className="fz-bars">
      {rows.map(({ key, name, count, filters }) => (
        <li key={key}>
          <Link {...linkTo(filters)}>
            <span className="fz-ellipsis">{name}</span>
            <span className="fz-num">{format.number(count)}</span>
            <span className="fz-bar">
              <span style={{ width: `${(count / largest) * 100}%` }} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
