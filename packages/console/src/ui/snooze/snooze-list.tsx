import type { Snooze } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { usePolicy } from '../../api/policy.ts';
import { useMay, useSession } from '../../api/session.ts';
import { useApproveSnooze, useEndSnooze, useRefuseSnooze } from '../../api/snoozes.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { type Column, DataList } from '../data-list.tsx';
import { ProblemNotice } from '../problem-notice.tsx';
import { Time, Until } from '../time.tsx';
import { useWord } from '../use-word.ts';
import { ReasonDialog } from '../work/reason-dialog.tsx';
import { Tag, type Weight } from '../work/tag.tsx';
import { useUndo } from '../work/use-undo.tsx';
import { snoozeTexts } from './texts.ts';

const WEIGHTS: Readonly<Record<Snooze['state'], Weight>> = {
  asked: 'warn',
  active: 'now',
  ended: 'quiet',
  refused: 'quiet',
};

interface Closing {
  readonly snooze: Snooze;
  readonly act: 'refuse' | 'end';
}

interface ActsProps {
  readonly snooze: Snooze;
  onApprove(snooze: Snooze): void;
  onClose(closing: Closing): void;
}

/** What may be done with a snooze in its state, by whoever looks. */
function Acts({ snooze, onApprove, onClose }: ActsProps) {
  const t = useTexts(snoozeTexts);
  const may = useMay();
  const me = useSession().data?.user.id;
  if (snooze.state === 'asked') {
    const mine = snooze.asked.by === me;
    return (
      <span className="fz-row">
        {mine ? <span className="fz-quiet fz-small">{t('mine')}</span> : null}
        {may('policy:approve') && !mine ? (
          <Button size="small" type="primary" onClick={() => onApprove(snooze)}>
            {t('approve')}
          </Button>
        ) : null}
        {may('policy:approve') ? (
          <Button size="small" onClick={() => onClose({ snooze, act: 'refuse' })}>
            {t('refuse')}
          </Button>
        ) : null}
      </span>
    );
  }
  if (snooze.state !== 'active' || !may('policy:edit')) return null;
  return (
    <Button size="small" onClick={() => onClose({ snooze, act: 'end' })}>
      {t('end')}
    </Button>
  );
}

function CloseDialog({ closing, onClose }: { readonly closing: Closing; readonly onClose: () => void }) {
  const t = useTexts(snoozeTexts);
  const refuse = useRefuseSnooze();
  const end = useEndSnooze();
  const { act, snooze } = closing;
  const { mutate, isPending, error } = act === 'refuse' ? refuse : end;
  return (
    <ReasonDialog
      title={`${t(act)} · ${snooze.rule}`}
      text={t(`${act}Text`)}
      label={t('reason')}
      submit={t(act)}
      pending={isPending}
      error={error}
      onSubmit={(reason) => mutate({ id: snooze.id, reason }, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

/** Snoozes as a table, with approve, refuse and end where they may be done. */
export function SnoozeList({
  rows,
  bare = false,
}: {
  readonly rows: readonly Snooze[];
  readonly bare?: boolean;
}) {
  const t = useTexts(snoozeTexts);
  const word = useWord();
  const localized = useLocalized();
  const policy = usePolicy();
  const [closing, setClosing] = useState<Closing>();
  const approve = useApproveSnooze();
  const { place, tell } = useUndo();
  const approveOne = ({ id }: Snooze): void =>
    approve.mutate(id, { onSuccess: () => tell(t('toldApproved')) });
  const nameOf = (rule: string): string => {
    const known = policy.data?.rules.find(({ id }) => id === rule);
    return known === undefined ? rule : localized(known.title);
  };
  const rule = (snooze: Snooze) => (
    <>
      {nameOf(snooze.rule)} <code className="fz-quiet">{snooze.rule}</code>
    </>
  );
  const subject = ({ subject: { kind, display } }: Snooze) => (
    <span>
      <span className="fz-quiet">{word('subject', kind)}</span> {display}
    </span>
  );
  const state = ({ state: at }: Snooze) => <Tag weight={WEIGHTS[at]}>{t(`state.${at}`)}</Tag>;
  const acts = (snooze: Snooze) => <Acts snooze={snooze} onApprove={approveOne} onClose={setClosing} />;
  const who = ({ asked, approved }: Snooze) => (
    <span className="fz-small">
      {asked.name} <Time at={asked.at} />
      {approved === undefined ? null : ` · ${t('approved')} ${approved.name}`}
    </span>
  );
  const columns: Column<Snooze>[] = [
    { key: 'rule', title: t('rule'), render: rule },
    { key: 'subject', title: t('subject'), render: subject },
    { key: 'state', title: t('state'), render: state },
    { key: 'until', title: t('until'), render: ({ until }) => <Until at={until} /> },
    {
      key: 'reason',
      title: t('reason'),
      render: ({ reason, endReason }) => (endReason === undefined ? reason : `${reason} → ${endReason}`),
    },
    { key: 'asked', title: t('asked'), render: who },
    { key: 'acts', title: t('acts'), render: acts },
  ];
  const card = (snooze: Snooze) => (
    <>
      <div className="fz-row fz-between">
        <strong>{nameOf(snooze.rule)}</strong>
        {state(snooze)}
      </div>
      {bare ? null : subject(snooze)}
      <span>{snooze.reason}</span>
      <span className="fz-quiet fz-small">
        {t('until')} <Until at={snooze.until} /> · {who(snooze)}
      </span>
      <span>{acts(snooze)}</span>
    </>
  );
  return (
    <>
      {place}
      {approve.error ? <ProblemNotice error={approve.error} while="changing" /> : null}
      {bare ? (
        <ul className="fz-cards" aria-label={t('rule')}>
          {rows.map((snooze) => (
            <li key={snooze.id}>{card(snooze)}</li>
          ))}
        </ul>
      ) : (
        <DataList caption={t('rule')} columns={columns} rows={rows} rowKey={({ id }) => id} card={card} />
      )}
      {closing === undefined ? null : <CloseDialog closing={closing} onClose={() => setClosing(undefined)} />}
    </>
  );
}
