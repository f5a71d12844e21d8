import type { PolicyVersionRow } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useVersions } from '../api/policy-versions.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { type Column, DataList, MoreRows } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { DraftDialog } from './draft-dialog.tsx';
import './policy.css';
import { PolicyNav } from './policy-nav.tsx';
import { RollBackDialog } from './roll-back-dialog.tsx';
import { StateMark } from './state-mark.tsx';
import { policyTexts } from './texts.ts';

const SHOWN = {
  all: 'draft,backtested,shadow,approved,live,retired,rolled-back',
  open: 'draft,backtested,shadow,approved',
  past: 'live,retired,rolled-back',
  discarded: 'discarded',
} as const;
type Shown = keyof typeof SHOWN;
const SHOWS = Object.keys(SHOWN) as Shown[];

function useVersionColumns(): Column<PolicyVersionRow>[] {
  const t = useTexts(policyTexts);
  const format = useFormat();
  const origin = ({ base, packVersion }: PolicyVersionRow): string => {
    if (packVersion !== undefined) return t('fromPack', { version: packVersion });
    return base === undefined ? '' : t('fromBase', { base });
  };
  return [
    {
      key: 'title',
      title: t('titleColumn'),
      width: '40%',
      render: (row) => (
        <>
          <span className="fz-quiet">#{row.number}</span> {row.title}
        </>
      ),
    },
    { key: 'state', title: t('stateColumn'), render: ({ state }) => <StateMark state={state} /> },
    {
      key: 'rules',
      title: t('rulesColumn'),
      number: true,
      render: ({ rules, tables }) => format.number(rules + tables),
    },
    {
      key: 'edited',
      title: t('editedColumn'),
      render: ({ edited }) => (
        <>
          {edited.name} <span className="fz-quiet">· {<Time at={edited.at} />}</span>
        </>
      ),
    },
    {
      key: 'origin',
      title: t('createdColumn'),
      render: (row) => <span className="fz-quiet">{origin(row)}</span>,
    },
  ];
}

function VersionList() {
  const t = useTexts(policyTexts);
  const [search, setSearch] = useSearchParams();
  const asked = search.get('show');
  const show = SHOWS.find((each) => each === asked) ?? 'all';
  const query = useVersions(SHOWN[show]);
  const columns = useVersionColumns();
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <div>
        <Choice
          label={t('show')}
          value={show}
          options={SHOWS.map((value) => ({ value, label: t(`show.${value}`) }))}
          onChange={(value) => setSearch(value === 'all' ? {} : { show: value }, { replace: true })}
        />
      </div>
      <Waiting query={query} lines={8}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{t('empty')}</h2>
              <p>{t('emptyText')}</p>
            </div>
          ) : (
            <>
              <DataList
                caption={t('versions')}
                columns={columns}
                rows={rows}
                rowKey={({ number }) => String(number)}
                open={({ number }) => ({ to: `/policy/versions/${number}` })}
                card={(row, link) => (
                  <>
                    <div className="fz-row fz-between">
                      {link(`#${row.number} ${row.title}`)}
                      <StateMark state={row.state} />
                    </div>
                    <span className="fz-quiet fz-small">
                      {row.edited.name} · <Time at={row.edited.at} />
                    </span>
                  </>
                )}
              />
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
    </>
  );
}

/** Versions of the policy: what decides now, what is on its way, what was. */
export function PolicyPage() {
  const t = useTexts(policyTexts);
  const may = useMay();
  const live = useVersions('live').data?.pages[0]?.items[0];
  const [dialog, setDialog] = useState<'draft' | 'roll-back'>();
  const actions = (
    <>
      {may('policy:publish') && live !== undefined ? (
        <Button onClick={() => setDialog('roll-back')}>{t('rollBack')}</Button>
      ) : null}
      {may('policy:edit') ? (
        <Button type="primary" onClick={() => setDialog('draft')}>
          {t('newDraft')}
        </Button>
      ) : null}
    </>
  );
  return (
    <Page title={t('title')} needs="policy:read" actions={actions}>
      <PolicyNav at="versions" />
      {live === undefined ? null : (
        <section className="fz-panel fz-row fz-between" aria-label={t('liveNow')}>
          <span className="fz-row">
            <StateMark state="live" />
            <Link to={`/policy/versions/${live.number}`}>
              #{live.number} {live.title}
            </Link>
          </span>
          {live.published === undefined ? null : (
            <span className="fz-quiet">
              {live.published.name} · <Time at={live.published.at} />
            </span>
          )}
        </section>
      )}
      <VersionList />
      {dialog === 'draft' ? <DraftDialog onClose={() => setDialog(undefined)} /> : null}
      {dialog === 'roll-back' && live !== undefined ? (
        <RollBackDialog live={live.number} onClose={() => setDialog(undefined)} />
      ) : null}
    </Page>
  );
}
