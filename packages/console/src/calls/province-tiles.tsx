import type { CallPatterns, VerdictCounts } from '@fanzha/contract';
import { Link } from 'react-router';
import type { DecisionFilters } from '../api/decisions.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocale, useLocalized } from '../i18n/locale.ts';
import { linkTo } from '../ui/decision-filters.ts';
import '../ui/tile-grid.css';

interface ProvinceTilesProps {
  readonly areas: CallPatterns['areas'];
  readonly counts: readonly VerdictCounts[];
  filtersFor(area: string): DecisionFilters;
}

const WEAKEST_PERCENT = 10;
const STRONGEST_PERCENT = 48;

/** Calls by province as one tile each, darker for more; a tile opens the decisions it counted. */
export function ProvinceTiles({ areas, counts, filtersFor }: ProvinceTilesProps) {
  const format = useFormat();
  const localized = useLocalized();
  const english = useLocale() === 'en';
  const known = new Map(counts.map(({ key, calls }) => [key, calls]));
  const largest = Math.max(1, ...areas.map(({ code }) => known.get(code) ?? 0));
  const columns = Math.max(1, ...areas.map(({ column }) => column));
  return (
    <div className="fz-provinces" style={{ '--columns': columns }}>
      {areas.map(({ code, title, column, row }) => {
        const calls = known.get(code) ?? 0;
        const place = { gridColumn: column, gridRow: row };
        const name = english ? code : localized(title);
        if (calls === 0) {
          return (
            <span key={code} className="fz-tile" style={place} title={localized(title)}>
              {name}
            </span>
          );
        }
        const share = WEAKEST_PERCENT + Math.sqrt(calls / largest) * (STRONGEST_PERCENT - WEAKEST_PERCENT);
        return (
          <Link
            key={code}
            className="fz-tile fz-tile-full"
            title={`${localized(title)}: ${format.number(calls)}`}
            style={{ ...place, '--share': `${share}%` }}
            {...linkTo(filtersFor(code))}
          >
            {name}
            <b>{format.number(calls)}</b>
          </Link>
        );
      })}
    </div>
  );
}
