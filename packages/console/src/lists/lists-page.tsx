import { PlusOutlined } from '@ant-design/icons';
import type { ListView } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useListChanges, useLists } from '../api/lists.ts';
import { rowsOf } from '../api/paged.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { useWord } from '../ui/use-word.ts';
import { Waiting } from '../ui/waiting.tsx';
import { Tag } from '../ui/work/tag.tsx';
import { ChangeList } from './change-list.tsx';
import { ListDialog } from './list-dialog.tsx';
import { listsTexts } from './texts.ts';

function useColumns(): Column<ListView>[] {
  const t = useTexts(listsTexts);
  const word = useWord();
  const format = useFormat();
  const localized = useLocalized();
  return [
    {
      key: 'list',
      title: t('list'),
      width: '26%',
      render: ({ id, title }) => (
        <>
          {localized(title)} <code className="fz-quiet">{id}</code>
        </>
      ),
    },
    {
      key: 'kind',
      title: t('kind'),
      render: ({ kind }) => <span className="fz-tight">{word('subject', kind)}</span>,
    },
    {
      key: 'purpose',
      title: t('purpose'),
      render: ({ purpose }) => (
        <span className="fz-tight" title={t(`purposeText.${purpose}`)}>
          {t(`purpose.${purpose}`)}
        </span>
      ),
    },
    {
      key: 'origin',
      title: t('origin'),
      render: ({ origin }) => <span className="fz-tight">{t(`origin.${origin}`)}</span>,
    },
    {
      key: 'entries',
      title: t('entries'),
      number: true,
      render: ({ entries }) => format.number(entries),
    },
    {
      key: 'waiting',
      title: t('waitingCount'),
      number: true,
      render: ({ waiting }) => (waiting === 0 ? '' : <Tag weight="warn">{format.number(waiting)}</Tag>),
    },
    {
      key: 'source',
      title: t('source'),
      render: ({ source }) => (
        <div className="fz-ellipsis fz-source" title={source}>
          {source}
        </div>
      ),
    },
    {
      key: 'date',
      title: t('date'),
      render: ({ date, createdAt }) => (
        <span className="fz-tight">{date ?? (createdAt === undefined ? '' : createdAt.slice(0, 10))}</span>
      ),
    },
  ];
}

function Lists({ lists }: { readonly lists: readonly ListView[] }) {
  const t = useTexts(listsTexts);
  const word = useWord();
  const format = useFormat();
  const localized = useLocalized();
  const columns = useColumns();
  return (
    <DataList
      caption={t('title')}
      columns={columns}
      rows={lists}
      rowKey={({ id }) => id}
      open={({ id }) => ({ to: `/lists/${id}` })}
      card={(list, link) => (
        <>
          <div className="fz-row fz-between">
            {link(<strong>{localized(list.title)}</strong>)}
            <span className="fz-num">{format.number(list.entries)}</span>
          </div>
          <span className="fz-quiet fz-small">
            {word('subject', list.kind)} · {t(`purpose.${list.purpose}`)} · {t(`origin.${list.origin}`)}
          </span>
          {list.waiting === 0 ? null : (
            <span>
              <Tag weight="warn">
                {t('waitingCount')} {format.number(list.waiting)}
              </Tag>
            </span>
          )}
        </>
      )}
    />
  );
}

function WaitingChanges() {
  const t = useTexts(listsTexts);
  const query = useListChanges({ state: 'asked' });
  const rows = rowsOf(query);
  if (rows.length === 0) return null;
  return (
    <section className="fz-stack" aria-labelledby="lists-waiting">
      <h2 id="lists-waiting">{t('waiting')}</h2>
      <ChangeList rows={rows} named />
    </section>
  );
}

/** All lists: the pack's and one's own, and the changes that wait for a second person. */
export function ListsPage() {
  const t = useTexts(listsTexts);
  const may = useMay();
  const lists = useLists();
  const [making, setMaking] = useState(false);
  const make = may('list:write') ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t('newList')}
    </Button>
  ) : null;
  return (
    <Page title={t('title')} needs="list:read" actions={make}>
      <p className="fz-quiet">{t('intro')}</p>
      <WaitingChanges />
      <Waiting query={lists} lines={8}>
        {({ items }) => (
          <Lists lists={[...items].sort((a, b) => Number(b.origin === 'own') - Number(a.origin === 'own'))} />
        )}
      </Waiting>
      {making ? <ListDialog onClose={() => setMaking(false)} /> : null}
    </Page>
  );
}
