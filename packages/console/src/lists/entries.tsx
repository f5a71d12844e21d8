import type { ListEntryView, ListView } from '@fanzha/contract';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { type EntryState, useChangeList, useListEntries } from '../api/lists.ts';
import { rowsOf } from '../api/paged.ts';
import { useMay } from '../api/session.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { type Column, DataList, MoreRows } from '../ui/data-list.tsx';
import { Time, Until } from '../ui/time.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { listsTexts } from './texts.ts';
import { useTold } from './use-told.tsx';

const STATES: readonly EntryState[] = ['active', 'asked', 'expired', 'removed', 'refused'];

interface RemoveDialogProps {
  readonly list: ListView;
  readonly entry: ListEntryView;
  readonly onDone: ReturnType<typeof useTold>['told'];
  onClose(): void;
}

function RemoveDialog({ list, entry, onDone, onClose }: RemoveDialogProps) {
  const t = useTexts(listsTexts);
  const change = useChangeList();
  const submit = (reason: string): void =>
    change.mutate(
      {
        id: list.id,
        body: { act: 'remove', lines: entry.value, source: entry.source ?? list.source, reason },
      },
      {
        onSuccess: (done) => {
          onDone(done.change);
          onClose();
        },
      },
    );
  return (
    <ReasonDialog
      title={t('removeTitle', { value: entry.display })}
      text={t(list.purpose === 'watch' ? 'removeText' : 'removeTwo')}
      label={t('reason')}
      submit={t('removeOne')}
      pending={change.isPending}
      error={change.error}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}

interface EntryRowsProps {
  readonly list: ListView;
  readonly rows: readonly ListEntryView[];
  onRemove(entry: ListEntryView): void;
}

function EntryRows({ list, rows, onRemove }: EntryRowsProps) {
  const t = useTexts(listsTexts);
  const localized = useLocalized();
  const may = useMay()('list:write') && list.origin === 'own';
  const act = (entry: ListEntryView) =>
    may && entry.state === 'active' ? (
      <Button size="small" onClick={() => onRemove(entry)}>
        {t('removeOne')}
      </Button>
    ) : null;
  const value = ({ display, title }: ListEntryView) => (
    <>
      {display} {title === undefined ? null : <span className="fz-quiet">{localized(title)}</span>}
    </>
  );
  const added = ({ addedBy, addedAt }: ListEntryView) =>
    addedAt === undefined ? null : (
      <>
        {addedBy} <Time at={addedAt} />
      </>
    );
  const expires = ({ expiresAt }: ListEntryView) =>
    expiresAt === undefined ? <span className="fz-quiet">{t('noEnd')}</span> : <Until at={expiresAt} />;
  const own: Column<ListEntryView>[] = [
    { key: 'source', title: t('source'), render: ({ source }) => source ?? '' },
    { key: 'reason', title: t('reason'), render: ({ reason }) => reason ?? '' },
    { key: 'added', title: t('added'), render: added },
    { key: 'expires', title: t('expires'), render: expires },
    { key: 'acts', title: t('acts'), width: 100, render: act },
  ];
  return (
    <DataList
      caption={t('entries')}
      columns={[{ key: 'entry', title: t('entry'), render: value }, ...(list.origin === 'own' ? own : [])]}
      rows={rows}
      rowKey={({ id }) => id}
      card={(entry) => (
        <>
          <div className="fz-row fz-between">
            <strong>{value(entry)}</strong>
            {act(entry)}
          </div>
          {list.origin === 'own' ? (
            <span className="fz-quiet fz-small">
              {entry.reason} · {added(entry)} · {expires(entry)}
            </span>
          ) : null}
        </>
      )}
    />
  );
}

/** Entries of a list, found by number or site; each of one's own lists can be taken off with undo. */
export function Entries({ list }: { readonly list: ListView }) {
  const t = useTexts(listsTexts);
  const [search, setSearch] = useState('');
  const [state, setState] = useState<EntryState>('active');
  const [removing, setRemoving] = useState<ListEntryView>();
  const { place, told } = useTold();
  const query = useListEntries(list.id, { search, state });
  const rows = rowsOf(query);
  return (
    <>
      {place}
      <div className="fz-row">
        <Input.Search
          allowClear
          style={{ maxWidth: 300 }}
          maxLength={253}
          placeholder={t('find')}
          aria-label={t('find')}
          onSearch={(value) => setSearch(value.trim())}
        />
        {list.origin === 'own' ? (
          <Choice
            label={t('state')}
            value={state}
            onChange={(value) => setState(value)}
            options={STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
          />
        ) : null}
      </div>
      <Waiting query={query}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{t('empty')}</h2>
              <p>{t('emptyText')}</p>
            </div>
          ) : (
            <>
              <EntryRows list={list} rows={rows} onRemove={setRemoving} />
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
      {removing === undefined ? null : (
        <RemoveDialog list={list} entry={removing} onDone={told} onClose={() => setRemoving(undefined)} />
      )}
    </>
  );
}
