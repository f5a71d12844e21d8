import { MinusOutlined, PlusOutlined } from '@ant-design/icons';
import type { ListView } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { useListChanges, useLists } from '../api/lists.ts';
import { rowsOf } from '../api/paged.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { NotFoundPage } from '../ui/broken-page.tsx';
import { Choice } from '../ui/choice.tsx';
import { MoreRows } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { useWord } from '../ui/use-word.ts';
import { Skeleton, Waiting } from '../ui/waiting.tsx';
import { ChangeDrawer } from './change-drawer.tsx';
import { ChangeList } from './change-list.tsx';
import { Entries } from './entries.tsx';
import { listsTexts } from './texts.ts';
import { useTold } from './use-told.tsx';

function Head({ list }: { readonly list: ListView }) {
  const t = useTexts(listsTexts);
  const word = useWord();
  const format = useFormat();
  const pairs: [string, string][] = [
    [t('id'), list.id],
    [t('kind'), word('subject', list.kind)],
    [t('purpose'), `${t(`purpose.${list.purpose}`)} — ${t(`purposeText.${list.purpose}`)}`],
    [t('entries'), format.number(list.entries)],
    [t('source'), list.source],
    [t('date'), list.date ?? list.createdAt?.slice(0, 10) ?? '—'],
    ...(list.tags.length === 0 ? [] : ([[t('tags'), list.tags.join(', ')]] as [string, string][])),
  ];
  return (
    <section className="fz-panel">
      <dl className="fz-about">
        {pairs.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt className="fz-quiet">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {list.origin === 'pack' ? <p className="fz-quiet">{t('readOnly')}</p> : null}
    </section>
  );
}

function Changes({ list }: { readonly list: string }) {
  const t = useTexts(listsTexts);
  const query = useListChanges({ list });
  const rows = rowsOf(query);
  return (
    <Waiting query={query}>
      {() =>
        rows.length === 0 ? (
          <p className="fz-panel fz-empty">{t('noChanges')}</p>
        ) : (
          <>
            <ChangeList rows={rows} />
            <MoreRows query={query} count={rows.length} />
          </>
        )
      }
    </Waiting>
  );
}

function OneList({ list }: { readonly list: ListView }) {
  const t = useTexts(listsTexts);
  const localized = useLocalized();
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const view = search.get('view') === 'changes' ? 'changes' : 'entries';
  const [act, setAct] = useState<'add' | 'remove'>();
  const { place, told } = useTold();
  const editable = list.origin === 'own' && may('list:write');
  const acts = editable ? (
    <>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setAct('add')}>
        {t('add')}
      </Button>
      <Button icon={<MinusOutlined />} onClick={() => setAct('remove')}>
        {t('remove')}
      </Button>
    </>
  ) : null;
  return (
    <Page title={localized(list.title)} needs="list:read" actions={acts}>
      {place}
      <Head list={list} />
      {list.origin === 'own' ? (
        <div className="fz-row">
          <Choice
            label={t('list')}
            value={view}
            onChange={(value) => setSearch(value === 'entries' ? {} : { view: value }, { replace: true })}
            options={[
              { value: 'entries', label: t('entries') },
              {
                value: 'changes',
                label:
                  list.waiting === 0
                    ? t('changes')
                    : `${t('changes')} · ${t('waitingCount')} ${list.waiting}`,
              },
            ]}
          />
        </div>
      ) : null}
      {view === 'entries' ? <Entries list={list} /> : <Changes list={list.id} />}
      {act === undefined ? null : (
        <ChangeDrawer
          list={list}
          act={act}
          onClose={() => setAct(undefined)}
          onDone={(change) => {
            setAct(undefined);
            told(change);
          }}
        />
      )}
    </Page>
  );
}

/** One list: what it is for, its entries, and how it changed. */
export function ListPage() {
  const { id = '' } = useParams();
  const lists = useLists();
  if (lists.data === undefined && !lists.error) return <Skeleton lines={8} />;
  return (
    <Waiting query={lists}>
      {({ items }) => {
        const list = items.find((each) => each.id === id);
        return list === undefined ? <NotFoundPage /> : <OneList key={id} list={list} />;
      }}
    </Waiting>
  );
}
