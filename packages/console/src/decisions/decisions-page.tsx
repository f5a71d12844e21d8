import { DownloadOutlined, ReloadOutlined, SettingOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover } from 'antd';
import { useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { type DecisionFilters, useDecisionStats, useDecisions } from '../api/decisions.ts';
import { useTexts } from '../i18n/texts.ts';
import { csvOf, download } from '../ui/csv.ts';
import { DataList, MoreRows } from '../ui/data-list.tsx';
import { filtersOf, placeOf } from '../ui/decision-filters.ts';
import { Page } from '../ui/page.tsx';
import { SimulatedFrame } from '../ui/simulated.tsx';
import { UnlistedNote } from '../ui/unlisted-note.tsx';
import { usePhone } from '../ui/use-media.ts';
import { Waiting } from '../ui/waiting.tsx';
import { DecisionCard, useDecisionColumns } from './decision-columns.tsx';
import { FilterBar } from './filter-bar.tsx';
import { decisionsTexts } from './texts.ts';
import { useShownColumns } from './use-columns.ts';

/** How many neighbours a decision's page can step through. */
const NEIGHBOURS = 500;

function NoDecisions() {
  const t = useTexts(decisionsTexts);
  return (
    <div className="fz-panel fz-empty">
      <h2>{t('empty')}</h2>
      <p>{t('emptyText')}</p>
    </div>
  );
}

/** Plain decisions of the last day that no list has, where the list would have them. */
function Unlisted({ filters }: { readonly filters: DecisionFilters }) {
  const stats = useDecisionStats({
    period: '24h',
    ...(filters.kind === undefined ? {} : { kind: filters.kind }),
  });
  const { verdict = 'allow', reason, fraudType } = filters;
  const plain = verdict.split(',').includes('allow') && reason === undefined && fraudType === undefined;
  return plain ? <UnlistedNote count={stats.data?.unlisted ?? 0} /> : null;
}

/** All decisions, filtered by what stands in the address bar. */
export function DecisionsPage() {
  const t = useTexts(decisionsTexts);
  const phone = usePhone();
  const navigate = useNavigate();
  const { search, state } = useLocation();
  const filters = useMemo(() => filtersOf(search, state), [search, state]);
  const query = useDecisions(filters);
  const all = useDecisionColumns();
  const [shown, toggle] = useShownColumns();
  const columns = all.filter(({ key }) => shown.has(key));
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const ids = rows.slice(0, NEIGHBOURS).map(({ id }) => id);

  const exportSeen = (): void => {
    const header = [...columns.map(({ title }) => title), t('csvSimulated'), 'id'];
    const lines = rows.map((row) => [...columns.map(({ text }) => text(row)), String(row.simulated), row.id]);
    download('fanzha-decisions.csv', 'text/csv;charset=utf-8', csvOf(header, lines));
  };
  const chooser = (
    <div className="fz-stack" style={{ gap: 4 }}>
      {all
        .filter(({ key }) => key !== 'verdict')
        .map(({ key, title }) => (
          <Checkbox key={key} checked={shown.has(key)} onChange={() => toggle(key)}>
            {title}
          </Checkbox>
        ))}
    </div>
  );
  const actions = (
    <>
      {phone ? null : (
        <>
          <span className="fz-quiet fz-small">{t('keys')}</span>
          <Popover trigger="click" placement="bottomRight" content={chooser}>
            <Button icon={<SettingOutlined />}>{t('columns')}</Button>
          </Popover>
        </>
      )}
      <Button icon={<DownloadOutlined />} disabled={rows.length === 0} onClick={exportSeen}>
        {t('export')}
      </Button>
      <Button icon={<ReloadOutlined />} onClick={() => void query.refetch()} aria-label={t('refresh')} />
    </>
  );
  return (
    <Page title={t('title')} needs="decision:read" actions={actions}>
      <FilterBar
        key={filters.subject ?? ''}
        filters={filters}
        onChange={(changed) => {
          const { state: hidden, ...to } = placeOf(changed);
          void navigate(to, { state: hidden, replace: true });
        }}
      />
      <Unlisted filters={filters} />
      <SimulatedFrame on={rows.some(({ simulated }) => simulated)}>
        <Waiting query={query} lines={8}>
          {() =>
            rows.length === 0 ? (
              <NoDecisions />
            ) : (
              <>
                <DataList
                  caption={t('title')}
                  columns={columns}
                  rows={rows}
                  rowKey={({ id }) => id}
                  open={({ id }) => ({ to: `/decisions/${id}`, state: { neighbours: ids } })}
                  card={(row, link) => <DecisionCard row={row} link={link} />}
                />
                <MoreRows query={query} count={rows.length} />
              </>
            )
          }
        </Waiting>
      </SimulatedFrame>
    </Page>
  );
}
