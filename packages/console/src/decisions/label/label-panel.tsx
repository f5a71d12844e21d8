import { CheckCircleOutlined, WarningOutlined } from '@ant-design/icons';
import type { DecisionDetail, LabelChange, Outcome } from '@fanzha/contract';
import { Button, Input, Select } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLabelHistory, useRemoveLabel, useSetLabel } from '../../api/labels.ts';
import { usePolicy } from '../../api/policy.ts';
import { useMay } from '../../api/session.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { useFraudType } from '../../ui/decision/decision-view.tsx';
import { OutcomeMark } from '../../ui/label/outcome-mark.tsx';
import { labelTexts } from '../../ui/label/texts.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Time } from '../../ui/time.tsx';
import { useKeys } from '../../ui/use-keys.ts';
import { useUndo } from '../../ui/work/use-undo.tsx';
import { labelPanelTexts } from './texts.ts';

function History({ steps }: { readonly steps: readonly LabelChange[] }) {
  const t = useTexts(labelPanelTexts);
  if (steps.length < 2) return null;
  return (
    <details className="fz-fold">
      <summary>{t('history', { count: steps.length })}</summary>
      <ul className="fz-small">
        {steps.map((step) => (
          <li key={`${step.labelledAt} ${step.outcome ?? ''}`}>
            {step.outcome === undefined ? t('takenBack') : <OutcomeMark outcome={step.outcome} />} · {step.by}{' '}
            <Time at={step.labelledAt} /> {step.note}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Sets and takes back the outcome; each can be undone for ten seconds. */
function useOutcome(decision: DecisionDetail) {
  const t = useTexts(labelPanelTexts);
  const l = useTexts(labelTexts);
  const { place, tell } = useUndo();
  const set = useSetLabel(decision.id);
  const remove = useRemoveLabel(decision.id);
  const history = useLabelHistory(decision.id);
  const current = history.data?.label;
  const takeBack = (undoable: boolean): void => {
    const before = current;
    const again = (): void => {
      if (before === undefined) return;
      const { outcome, fraudType, note } = before;
      set.mutate({ outcome, ...(fraudType ? { fraudType } : {}), ...(note ? { note } : {}) });
    };
    remove.mutate(undefined, { onSuccess: () => tell(t('takenBack'), undoable ? again : undefined) });
  };
  const confirm = (outcome: Outcome, detail: { fraudType?: string; note?: string }): void => {
    const before = current;
    const undo = (): void => {
      if (before === undefined) remove.mutate();
      else {
        const { fraudType, note } = before;
        set.mutate({
          outcome: before.outcome,
          ...(fraudType ? { fraudType } : {}),
          ...(note ? { note } : {}),
        });
      }
    };
    set.mutate({ outcome, ...detail }, { onSuccess: () => tell(l(`outcome.${outcome}`), undo) });
  };
  return { place, history, current, confirm, takeBack, error: set.error ?? remove.error };
}

/** Confirms what a decision turned out to be, by one key: `f` fraud, `g` good, `u` takes it back. */
export function LabelPanel({ decision }: { readonly decision: DecisionDetail }) {
  const t = useTexts(labelPanelTexts);
  const l = useTexts(labelTexts);
  const may = useMay()('label:write');
  const localized = useLocalized();
  const nameOf = useFraudType();
  const policy = usePolicy();
  const { place, history, current, confirm, takeBack, error } = useOutcome(decision);
  const [fraudType, setFraudType] = useState(decision.fraudType);
  const [note, setNote] = useState('');
  const noted = note.trim() === '' ? {} : { note: note.trim() };
  const fraud = (): void => confirm('fraud', { ...(fraudType ? { fraudType } : {}), ...noted });
  const legitimate = (): void => confirm('legitimate', noted);
  const back = (): void => {
    if (current !== undefined) takeBack(true);
  };
  const latest = useRef({ may, fraud, legitimate, back });
  useEffect(() => {
    latest.current = { may, fraud, legitimate, back };
  });
  useKeys(
    useMemo(() => {
      const press = (act: 'fraud' | 'legitimate' | 'back') => (): void => {
        if (latest.current.may) latest.current[act]();
      };
      return { f: press('fraud'), g: press('legitimate'), u: press('back') };
    }, []),
  );
  if (!may && current === undefined) return null;
  return (
    <section className="fz-panel" aria-labelledby="decision-label">
      {place}
      <header>
        <h2 id="decision-label">{l('outcome')}</h2>
        {may ? <span className="fz-quiet fz-small">{t('keys')}</span> : null}
      </header>
      <div className="fz-stack" style={{ gap: 8 }}>
        {current === undefined ? null : (
          <p role="status">
            <OutcomeMark outcome={current.outcome} />{' '}
            {current.fraudType === undefined ? '' : nameOf(current.fraudType)}{' '}
            <span className="fz-quiet">
              {current.by} <Time at={current.labelledAt} /> {current.note}
            </span>
          </p>
        )}
        {may ? (
          <>
            <div className="fz-row">
              <Button icon={<WarningOutlined />} onClick={fraud} disabled={current?.outcome === 'fraud'}>
                {l('outcome.fraud')} <kbd>f</kbd>
              </Button>
              <Button
                icon={<CheckCircleOutlined />}
                onClick={legitimate}
                disabled={current?.outcome === 'legitimate'}
              >
                {l('outcome.legitimate')} <kbd>g</kbd>
              </Button>
              {current === undefined ? null : (
                <Button type="text" onClick={back}>
                  {t('takeBack')} <kbd>u</kbd>
                </Button>
              )}
            </div>
            <div className="fz-row">
              <Select
                allowClear
                style={{ minWidth: 180, flex: 1 }}
                placeholder={l('fraudType')}
                aria-label={l('fraudType')}
                value={fraudType ?? null}
                onChange={(value: string | null | undefined) => setFraudType(value ?? undefined)}
                options={(policy.data?.fraudTypes ?? []).map(({ code, title }) => ({
                  value: code,
                  label: localized(title),
                }))}
              />
              <Input
                style={{ flex: 2, minWidth: 180 }}
                maxLength={1000}
                value={note}
                placeholder={t('noteHint')}
                aria-label={l('note')}
                onChange={({ target }) => setNote(target.value)}
              />
            </div>
          </>
        ) : null}
        {error ? <ProblemNotice error={error} while="changing" /> : null}
        <History steps={history.data?.history ?? []} />
      </div>
    </section>
  );
}
