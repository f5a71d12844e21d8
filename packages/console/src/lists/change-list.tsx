import type { ListChangeView } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDecideChange, useLists, useUndoChange, useWithdrawChange } from '../api/lists.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList } from '../ui/data-list.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { Time } from '../ui/time.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { Tag, type Weight } from '../ui/work/tag.tsx';
import { listsTexts } from './texts.ts';

const WEIGHTS: Readonly<Record<ListChangeView['state'], Weight>> = {
  asked: 'warn',
  'in-force': 'on',
  refused: 'quiet',
  withdrawn: 'quiet',
};

interface Doing {
  readonly change: ListChangeView;
  readonly act: 'refuse' | 'undo';
}

interface ActsProps {
  readonly change: ListChangeView;
  onApprove(id: string): void;
  onWithdraw(id: string): void;
  onDo(doing: Doing): void;
}

/** What whoever looks may do with a change in its state. */
function Acts({ change, onApprove, onWithdraw, onDo }: ActsProps) {
  const t = useTexts(listsTexts);
  const may = useMay();
  if (change.state === 'in-force' && may('list:write')) {
    return (
      <Button size="small" onClick={() => onDo({ change, act: 'undo' })}>
        {t('undo')}
      </Button>
    );
  }
  if (change.state !== 'asked') return null;
  if (change.mine) {
    return (
      <span className="fz-row">
        <span className="fz-quiet fz-small">{t('mine')}</span>
        <Button size="small" onClick={() => onWithdraw(change.id)}>
          {t('withdraw')}
        </Button>
      </span>
    );
  }
  if (!may('list:approve')) return null;
  return (
    <span className="fz-row">
      <Button size="small" type="primary" onClick={() => onApprove(change.id)}>
        {t('approve')}
      </Button>
      <Button size="small" onClick={() => onDo({ change, act: 'refuse' })}>
        {t('refuse')}
      </Button>
    </span>
  );
}

function DoDialog({ doing, onClose }: { readonly doing: Doing; readonly onClose: () => void }) {
  const t = useTexts(listsTexts);
  const decide = useDecideChange();
  const undo = useUndoChange();
  const { act, change } = doing;
  const submit = (words: string): void => {
    const done = { onSuccess: onClose };
    if (act === 'undo') undo.mutate({ id: change.id, reason: words }, done);
    else decide.mutate({ id: change.id, approve: false, ...(words === '' ? {} : { note: words }) }, done);
  };
  return (
    <ReasonDialog
      title={t(act === 'undo' ? 'undoTitle' : 'refuseTitle')}
      {...(act === 'undo' ? { text: t('undoText') } : {})}
      label={t(act === 'undo' ? 'reason' : 'note')}
      submit={t(act)}
      optional={act === 'refuse'}
      pending={decide.isPending || undo.isPending}
      error={decide.error ?? undo.error}
      onSubmit={submit}
      onClose={onClose}
    />
  );
}

interface ChangeListProps {
  readonly rows: readonly ListChangeView[];
  /** Whether the name of the list stands in every row. */
  readonly named?: boolean;
}

/** Changes of lists with what may be done about them. */
export function ChangeList({ rows, named = false }: ChangeListProps) {
  const t = useTexts(listsTexts);
  const format = useFormat();
  const localized = useLocalized();
  const lists = useLists();
  const decide = useDecideChange();
  const withdraw = useWithdrawChange();
  const [doing, setDoing] = useState<Doing>();
  const nameOf = (id: string): string => {
    const list = lists.data?.items.find((each) => each.id === id);
    return list === undefined ? id : localized(list.title);
  };
  const acts = (change: ListChangeView) => (
    <Acts
      change={change}
      onApprove={(id) => decide.mutate({ id, approve: true })}
      onWithdraw={(id) => withdraw.mutate(id)}
      onDo={setDoing}
    />
  );
  const what = ({ act, entries, sample }: ListChangeView) => (
    <>
      {t(`act.${act}`)} <code>{sample.join(', ')}</code>{' '}
      {entries > sample.length ? t('andMore', { count: format.number(entries) }) : null}
    </>
  );
  const who = ({ askedBy, askedAt, decidedBy, decidedAt, note }: ListChangeView) => (
    <span className="fz-small">
      {askedBy} <Time at={askedAt} />
      {decidedBy === undefined || decidedAt === undefined ? null : (
        <>
          {' → '}
          {decidedBy} <Time at={decidedAt} /> {note}
        </>
      )}
    </span>
  );
  const state = ({ state: at }: ListChangeView) => <Tag weight={WEIGHTS[at]}>{t(`change.${at}`)}</Tag>;
  const columns: Column<ListChangeView>[] = [
    { key: 'state', title: t('state'), render: state },
    ...(named
      ? [
          {
            key: 'list',
            title: t('list'),
            render: ({ list }: ListChangeView) => <Link to={`/lists/${list}`}>{nameOf(list)}</Link>,
          },
        ]
      : []),
    { key: 'what', title: t('changes'), render: what },
    { key: 'source', title: t('source'), render: ({ source }) => source },
    { key: 'reason', title: t('reason'), render: ({ reason }) => reason },
    { key: 'asked', title: t('asked'), render: who },
    { key: 'acts', title: t('acts'), render: acts },
  ];
  const error = decide.error ?? withdraw.error;
  return (
    <>
      {error ? <ProblemNotice error={error} while="changing" /> : null}
      <DataList
        caption={t('changes')}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        card={(change) => (
          <>
            <div className="fz-row fz-between">
              {named ? (
                <Link to={`/lists/${change.list}`}>{nameOf(change.list)}</Link>
              ) : (
                <span>{what(change)}</span>
              )}
              {state(change)}
            </div>
            {named ? <span>{what(change)}</span> : null}
            <span>{change.reason}</span>
            <span className="fz-quiet">{who(change)}</span>
            {acts(change)}
          </>
        )}
      />
      {doing === undefined ? null : <DoDialog doing={doing} onClose={() => setDoing(undefined)} />}
    </>
  );
}
