import { Link } from 'react-router';
import type { DecisionFilters } from '../api/decisions.ts';
import { useFormat } from '../i18n/format.ts';
import { linkTo } from './decision-filters.ts';
import './tile-grid.css';
import { TILE_COLUMNS, TILES } from './tile-grid.model.ts';
import { usePhone } from './use-media.ts';

interface TileGridProps {
  readonly counts: readonly { readonly key: string; readonly count: number }[];
  readonly filtersFor: (country: string) => DecisionFilters;
}

const STRONGEST_PERCENT = 48;
const placed = new Set(TILES.map(({ code }) => code));

/** Counts by country as one tile each, darker for more; a tile opens the decisions it counted. */
export function TileGrid({ counts, filtersFor }: TileGridProps) {
  const format = useFormat();
  const phone = usePhone();
  const byCountry = new Map(counts.map(({ key, count }) => [key, count]));
  const largest = Math.max(1, ...byCountry.values());
  const tile = (code: string, count: number, place?: { gridColumn: number; gridRow: number }) => (
    <Link
      key={code}
      title={`${format.country(code)}: ${format.number(count)}`}
      className="fz-tile fz-tile-full"
      style={{ ...place, '--share': `${10 + Math.sqrt(count / largest) * (STRONGEST_PERCENT - 10)}%` }}
      {...linkTo(filtersFor(code))}
    >
      {code}
      <span className="fz-hidden"> {format.country(code)}: </span>
      <b className={place === undefined ? undefined : 'fz-hidden'}>{format.number(count)}</b>
    </Link>
  );
  if (phone) {
    return (
      <div className="fz-tiles-flow">
        {[...byCountry].sort((a, b) => b[1] - a[1]).map(([code, count]) => tile(code, count))}
      </div>
    );
  }
  return (
    <>
      <div className="fz-tiles" style={{ '--columns': TILE_COLUMNS }}>
        {TILES.map(({ code, column, row }) => {
          const place = { gridColumn: column, gridRow: row };
          const count = byCountry.get(code);
          if (count !== undefined) return tile(code, count, place);
          return <span key={code} className="fz-tile" style={place} aria-hidden="true" />;
        })}
      </div>
      <div className="fz-tiles-flow">
        {[...byCountry].filter(([code]) => !placed.has(code)).map(([code, count]) => tile(code, count))}
      </div>
    </>
  );
}
