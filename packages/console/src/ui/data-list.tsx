import { Button } from 'antd';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import { Link, type To } from 'react-router';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { uiTexts } from './texts.ts';
import { useKeys } from './use-keys.ts';
import { usePhone } from './use-media.ts';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly number?: boolean;
  readonly width?: number | string;
  render(row: Row): ReactNode;
}

interface DataListProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  rowKey(row: Row): string;
  /** Where a row opens; the first column becomes the link, and it covers the row. */
  readonly open?: (row: Row) => { readonly to: To; readonly state?: unknown };
  /** The row on a phone; without `open` inside, `link` is the row's own link around the given words. */
  card(row: Row, link: (words: ReactNode) => ReactNode): ReactNode;
}

/** Moves the keyboard focus to the next (+1) or previous (-1) row of the list. */
function moveFocus(list: HTMLElement | null, step: 1 | -1): void {
  const links = [...(list?.querySelectorAll<HTMLElement>('.fz-open') ?? [])];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = links[at < 0 ? 0 : at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** A list as a dense table, on a phone as cards. `j` and `k` move, Enter opens. */
export function DataList<Row>({ caption, columns, rows, rowKey, open, card }: DataListProps<Row>) {
  const phone = usePhone();
  const list = useRef<HTMLDivElement>(null);
  const commands = useMemo(
    () => ({ j: () => moveFocus(list.current, 1), k: () => moveFocus(list.current, -1) }),
    [],
  );
  useKeys(commands);
  const link = (row: Row, words: ReactNode): ReactNode => {
    const place = open?.(row);
    return place === undefined ? (
      words
    ) : (
      <Link className="fz-open" to={place.to} state={place.state}>
        {words}
      </Link>
    );
  };
  if (phone) {
    return (
      <div ref={list}>
        <ul className="fz-cards" aria-label={caption}>
          {rows.map((row) => (
            <li key={rowKey(row)}>{card(row, (words) => link(row, words))}</li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <div className="fz-table-wrap" ref={list}>
      <table className="fz-table">
        <caption className="fz-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ key, title, number, width }) => (
              <th key={key} scope="col" className={number ? 'fz-num' : undefined} style={{ width }}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className={open === undefined ? undefined : 'fz-opens'}>
              {columns.map((column, index) => (
                <td key={column.key} className={column.number ? 'fz-num' : undefined}>
                  {index === 0 ? link(row, column.render(row)) : column.render(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface Paged {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
}

/** Foot of a paged list: fetches the next page when it comes into view, and says how much is shown. */
export function MoreRows({ query, count }: { readonly query: Paged; readonly count: number }) {
  const t = useTexts(uiTexts);
  const format = useFormat();
  const foot = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    const element = foot.current;
    if (element === null || !hasNextPage || isFetchingNextPage) return;
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) fetchNextPage();
      },
      { rootMargin: '600px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <div className="fz-more fz-quiet" ref={foot}>
      <span role="status">{t(hasNextPage ? 'shown' : 'allShown', { count: format.number(count) })}</span>{' '}
      {hasNextPage ? (
        <Button size="small" disabled={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t('loadMore')}
        </Button>
      ) : null}
    </div>
  );
}
