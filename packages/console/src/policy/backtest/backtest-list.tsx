import type { BacktestRow } from '@fanzha/contract';
import { useBacktests } from '../../api/backtests.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { type Column, DataList, MoreRows } from '../../ui/data-list.tsx';
import { Time } from '../../ui/time.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import { backtestTexts } from './texts.ts';

/** Backtests, of one version or of all, newest first. */
export function BacktestList({ version }: { readonly version?: number }) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  const query = useBacktests(version);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const period = ({ from, to }: BacktestRow): string =>
    t('periodOf', { from: format.dateTime(from), to: format.dateTime(to) });
  const state = (row: BacktestRow): string =>
    row.state === 'running' ? `${t('state.running')} ${format.percent(row.share)}` : t(`state.${row.state}`);
  const columns: Column<BacktestRow>[] = [
    {
      key: 'version',
      title: t('versionColumn'),
      render: (row) => t('ofVersion', { version: row.version, live: row.live }),
    },
    { key: 'state', title: t('stateColumn'), render: state },
    { key: 'period', title: t('periodColumn'), render: period },
    { key: 'events', title: t('eventsColumn'), number: true, render: ({ done }) => format.number(done) },
    {
      key: 'changed',
      title: t('changedColumn'),
      number: true,
      render: ({ changed }) => (changed === undefined ? '—' : format.number(changed)),
    },
    {
      key: 'started',
      title: t('startedColumn'),
      render: ({ startedBy, startedAt }) => (
        <>
          {startedBy} · <Time at={startedAt} />
        </>
      ),
    },
  ];
  return (
    <Waiting query={query}>
      {() =>
        rows.length === 0 ? (
          <div className="fz-panel fz-empty">
            <h2>{t('empty')}</h2>
            <p>{t('emptyText')}</p>
          </div>
        ) : (
          <>
            <DataList
              caption={t('title')}
              columns={columns}
              rows={rows}
              rowKey={({ id }) => id}
              open={({ id }) => ({ to: `/policy/backtests/${id}` })}
              card={(row, link) => (
                <>
                  <div className="fz-row fz-between">
                    {link(t('ofVersion', { version: row.version, live: row.live }))}
                    <span>{state(row)}</span>
                  </div>
                  <span className="fz-quiet fz-small">
                    {period(row)} · {row.startedBy}
                  </span>
                  <span>
                    {t('changedColumn')}: {row.changed === undefined ? '—' : format.number(row.changed)}
                  </span>
                </>
              )}
            />
            <MoreRows query={query} count={rows.length} />
          </>
        )
      }
    </Waiting>
  );
}
