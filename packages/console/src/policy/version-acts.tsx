import type { PolicyVersion } from '@fanzha/contract';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useNavigate } from 'react-router';
import { type PlainMove, useVersionMove, useVersions } from '../api/policy-versions.ts';
import { useMay, useSession } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { useNow } from '../ui/time.tsx';
import { AskDialog } from './ask-dialog.tsx';
import { BacktestDialog } from './backtest/backtest-dialog.tsx';
import { isEarly, isEditable } from './life.model.ts';
import { RollBackDialog } from './roll-back-dialog.tsx';
import { policyTexts } from './texts.ts';
import { useUndo } from './undo.ts';

type Dialog = 'approve' | 'reject' | 'publish' | 'backtest' | 'roll-back';

interface Acts {
  readonly buttons: ReactNode;
  readonly below: ReactNode;
}

/** What may be done with a version, by its state and the person; the next step is the main one. */
export function useVersionActs(version: PolicyVersion): Acts {
  const t = useTexts(policyTexts);
  const move = useVersionMove();
  const undo = useUndo();
  const [dialog, setDialog] = useState<Dialog>();
  const { number, revision } = version;

  const plain = (name: PlainMove): void => {
    move.mutate(
      { move: name, number, revision },
      {
        onSuccess: (moved) => {
          if (name !== 'discard') return;
          undo.offer(t('discarded', { number }), () =>
            move.mutate({ move: 'restore', number, revision: moved.revision }),
          );
        },
      },
    );
  };
  const buttons = <Buttons version={version} pending={move.isPending} onPlain={plain} onAsk={setDialog} />;
  const shown = dialog === undefined ? move.error : null;
  const below = (
    <>
      {undo.holder}
      {shown ? <ProblemNotice error={shown} while="changing" /> : null}
      <Dialogs version={version} dialog={dialog} onClose={() => setDialog(undefined)} />
    </>
  );
  return { buttons, below };
}

interface ButtonsProps {
  readonly version: PolicyVersion;
  readonly pending: boolean;
  onPlain(move: PlainMove): void;
  onAsk(dialog: Dialog): void;
}

interface ButtonSpec {
  readonly key: string;
  readonly words: string;
  readonly shown: boolean;
  readonly main?: boolean;
  readonly off?: boolean;
  act(): void;
}

function Buttons({ version, pending, onPlain, onAsk }: ButtonsProps) {
  const t = useTexts(policyTexts);
  const may = useMay();
  const me = useSession().data?.user.id ?? '';
  const now = useNow();
  const { state, faults, editors, mayBecome } = version;
  const edits = may('policy:edit');
  const approves = may('policy:approve');
  const publishes = may('policy:publish');
  const editable = isEditable(version);
  const plain = (move: PlainMove, shown: boolean, main = false): ButtonSpec => ({
    key: move,
    words: t(`act.${move}`),
    shown: edits && shown,
    main,
    act: () => onPlain(move),
  });
  const buttons: readonly ButtonSpec[] = [
    plain('discard', editable && mayBecome.includes('discarded')),
    plain('restore', state === 'discarded'),
    {
      key: 'reject',
      words: t('act.reject'),
      shown: approves && ['backtested', 'shadow', 'approved'].includes(state),
      act: () => onAsk('reject'),
    },
    plain('stop-shadow', state === 'shadow'),
    {
      key: 'backtest',
      words: t('act.backtest'),
      shown: may('backtest:run') && editable,
      main: state === 'draft',
      off: faults.length > 0,
      act: () => onAsk('backtest'),
    },
    plain('shadow', state === 'backtested', true),
    {
      key: 'approve',
      words: t(isEarly(version, now) ? 'act.approveEarly' : 'act.approve'),
      shown: approves && state === 'shadow',
      main: true,
      off: editors.includes(me),
      act: () => onAsk('approve'),
    },
    {
      key: 'publish',
      words: t('act.publish'),
      shown: publishes && state === 'approved',
      main: true,
      act: () => onAsk('publish'),
    },
    {
      key: 'roll-back',
      words: t('rollBack'),
      shown: publishes && state === 'retired',
      act: () => onAsk('roll-back'),
    },
  ];
  return buttons
    .filter(({ shown }) => shown)
    .map(({ key, words, main = false, off = false, act }) => (
      <Button key={key} {...(main ? { type: 'primary' } : {})} disabled={pending || off} onClick={act}>
        {words}
      </Button>
    ));
}

interface DialogsProps {
  readonly version: PolicyVersion;
  readonly dialog: Dialog | undefined;
  onClose(): void;
}

function Dialogs({ version, dialog, onClose }: DialogsProps) {
  const t = useTexts(policyTexts);
  const format = useFormat();
  const now = useNow();
  const navigate = useNavigate();
  const move = useVersionMove();
  const live = useVersions('live').data?.pages[0]?.items[0]?.number ?? 0;
  if (dialog === undefined) return null;
  const { number, revision, shadowUntil } = version;
  const early = isEarly(version, now);
  const until = shadowUntil === undefined ? '' : format.dateTime(shadowUntil.at);
  const shared = { pending: move.isPending, error: move.error, onClose };
  const go = (name: 'approve' | 'reject' | 'publish', reason?: string): void =>
    move.mutate({ move: name, number, revision, ...(reason ? { reason } : {}) }, { onSuccess: onClose });
  if (dialog === 'backtest') {
    return (
      <BacktestDialog
        version={number}
        onClose={onClose}
        onStarted={(id) => void navigate(`/policy/backtests/${id}`)}
      />
    );
  }
  if (dialog === 'roll-back') return <RollBackDialog live={live} to={number} onClose={onClose} />;
  if (dialog === 'reject') {
    return (
      <AskDialog
        {...shared}
        title={t('rejectTitle')}
        text={t('rejectText')}
        act={t('act.reject')}
        reason
        onDo={(reason) => go('reject', reason)}
      />
    );
  }
  if (dialog === 'approve') {
    return (
      <AskDialog
        {...shared}
        title={t('approveTitle', { number })}
        text={early ? t('approveEarlyText', { until }) : t('approveText')}
        act={t(early ? 'act.approveEarly' : 'act.approve')}
        reason={early}
        onDo={(reason) => go('approve', reason)}
      />
    );
  }
  return (
    <AskDialog
      {...shared}
      title={t('publishTitle', { number })}
      text={t('publishText', { live })}
      act={t('act.publish')}
      reason={false}
      onDo={() => go('publish')}
    />
  );
}
