import type { LineChangeView } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDecideLineChange, useUndoLineChange, useWithdrawLineChange } from '../api/lines.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { type Column, DataList } from '../ui/data-list.tsx';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { Time } from '../ui/time.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { Tag, type Weight } from '../ui/work/tag.tsx';
import { useLineTitles } from './line-words.tsx';
import { StepsDrawer } from './steps-drawer.tsx';
import { lineChangeTexts } from './texts.ts';

const WEIGHTS: Readonly<Record<LineChangeView['state'], Weight>> = {
  asked: 'warn',
  'in-force': 'on',
  refused: 'quiet',
  withdrawn: 'quiet',
};

export function ChangeTag({ state }: Pick<LineChangeView, 'state'>) {
  const t = useTexts(lineChangeTexts);
  return <Tag weight={WEIGHTS[state]}>{t(`change.${state}`)}</Tag>;
}

/** Who asked, who decided, and when. */
export function ChangeWho({ change }: { readonly change: LineChangeView }) {
  const { askedBy, askedAt, decidedBy, decidedAt, note } = change;
  return (
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
}

interface Doing {
  readonly change: LineChangeView;
  readonly act: 'refuse' | 'undo' | 'steps';
}

function DoDialog({ doing, onClose }: { readonly doing: Doing; readonly onClose: () => void }) {
  const t = useTexts(lineChangeTexts);
  const decide = useDecideLineChange();
  const undo = useUndoLineChange();
  const { act, change } = doing;
  if (act === 'steps') return <StepsDrawer change={change} onClose={onClose} />;
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

/** What whoever looks may do with a change in its state. */
export function useChangeActs() {
  const t = useTexts(lineChangeTexts);
  const may = useMay();
  const decide = useDecideLineChange();
  const withdraw = useWithdrawLineChange();
  const [doing, setDoing] = useState<Doing>();
  const asked = (change: LineChangeView) => {
    if (change.mine) {
      return (
        <>
          <span className="fz-quiet fz-small">{t('mine')}</span>
          <Button size="small" onClick={() => withdraw.mutate(change.id)}>
            {t('withdraw')}
          </Button>
        </>
      );
    }
    if (!may('line:approve')) return null;
    return (
      <>
        <Button size="small" type="primary" onClick={() => decide.mutate({ id: change.id, approve: true })}>
          {t('approve')}
        </Button>
        <Button size="small" onClick={() => setDoing({ change, act: 'refuse' })}>
          {t('refuse')}
        </Button>
      </>
    );
  };
  const acts = (change: LineChangeView, steps = true) => (
    <span className="fz-row">
      {change.state === 'asked' ? asked(change) : null}
      {change.state === 'in-force' && may('line:write') ? (
        <Button size="small" onClick={() => setDoing({ change, act: 'undo' })}>
          {t('undo')}
        </Button>
      ) : null}
      {steps && change.lines > 0 ? (
        <Button size="small" type="text" onClick={() => setDoing({ change, act: 'steps' })}>
          {t('steps')}
        </Button>
      ) : null}
    </span>
  );
  const error = decide.error ?? withdraw.error;
  const place = (
    <>
      {error ? <ProblemNotice error={error} while="changing" /> : null}
      {doing === undefined ? null : <DoDialog doing={doing} onClose={() => setDoing(undefined)} />}
    </>
  );
  return { acts, place };
}

/** What a change is about: its lines, or the kind that is said to be complete. */
function What({ change }: { readonly change: LineChangeView }) {
  const t = useTexts(lineChangeTexts);
  const format = useFormat();
  const titles = useLineTitles();
  const { act, kind, lines, sample, skipped } = change;
  return (
    <>
      {t(`act.${act}`)} {kind === undefined ? null : titles.kind(kind)}{' '}
      {sample.map((id, index) => (
        <span key={id}>
          {index === 0 ? null : ', '}
          <Link to={`/lines/${encodeURIComponent(id)}`}>{id}</Link>
        </span>
      ))}{' '}
      {lines > sample.length ? t('andMore', { count: format.number(lines) }) : null}
      {skipped === 0 ? null : (
        <span className="fz-quiet fz-small"> {t('skipped', { count: format.number(skipped) })}</span>
      )}
    </>
  );
}

/** Changes of the register with what may be done about them. */
export function LineChanges({ rows }: { readonly rows: readonly LineChangeView[] }) {
  const t = useTexts(lineChangeTexts);
  const { acts, place } = useChangeActs();
  const columns: Column<LineChangeView>[] = [
    { key: 'state', title: t('state'), render: ({ state }) => <ChangeTag state={state} /> },
    { key: 'what', title: t('what'), width: '30%', render: (change) => <What change={change} /> },
    { key: 'reason', title: t('reason'), render: ({ reason }) => reason },
    { key: 'asked', title: t('asked'), render: (change) => <ChangeWho change={change} /> },
    { key: 'acts', title: t('acts'), render: (change) => acts(change) },
  ];
  return (
    <>
      {place}
      <DataList
        caption={t('what')}
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        card={(change) => (
          <>
            <div className="fz-row fz-between">
              <span>
                <What change={change} />
              </span>
              <ChangeTag state={change.state} />
            </div>
            <span>{change.reason}</span>
            <span className="fz-quiet">
              <ChangeWho change={change} />
            </span>
            {acts(change)}
          </>
        )}
      />
    </>
  );
}
