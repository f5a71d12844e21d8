import { RULE_ALARM_STATES, type RuleAlarm } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { rowsOf } from '../api/paged.ts';
import { useAcknowledgeAlarm, useRuleAlarms } from '../api/rule-health.ts';
import { useMay } from '../api/session.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { type Column, DataList, MoreRows } from '../ui/data-list.tsx';
import { Time } from '../ui/time.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { Tag, type Weight } from '../ui/work/tag.tsx';
import { ruleHealthTexts } from './texts.ts';

const WEIGHTS: Readonly<Record<RuleAlarm['state'], Weight>> = {
  open: 'warn',
  acknowledged: 'on',
  closed: 'quiet',
};

function AlarmRows({
  rows,
  onAcknowledge,
}: {
  rows: readonly RuleAlarm[];
  onAcknowledge(a: RuleAlarm): void;
}) {
  const t = useTexts(ruleHealthTexts);
  const localized = useLocalized();
  const may = useMay()('rule-alarm:handle');
  const state = ({ state: at }: RuleAlarm) => <Tag weight={WEIGHTS[at]}>{t(`state.${at}`)}</Tag>;
  const what = ({ kind, text, note, acknowledgedBy }: RuleAlarm) => (
    <>
      <strong>{t(`alarm.${kind}`)}</strong> {localized(text)}
      {acknowledgedBy === undefined ? null : (
        <span className="fz-quiet">
          {' '}
          {t('acknowledged', { name: acknowledgedBy })} “{note}”
        </span>
      )}
    </>
  );
  const act = (alarm: RuleAlarm) =>
    may && alarm.state === 'open' ? (
      <Button size="small" onClick={() => onAcknowledge(alarm)}>
        {t('acknowledge')}
      </Button>
    ) : null;
  const seen = ({ closedAt, seenAt }: RuleAlarm) => <Time at={closedAt ?? seenAt} />;
  const columns: Column<RuleAlarm>[] = [
    { key: 'state', title: t('state'), render: state },
    { key: 'rule', title: t('about'), render: ({ rule }) => <code>{rule}</code> },
    { key: 'what', title: t('what'), render: what },
    { key: 'opened', title: t('opened'), render: ({ openedAt }) => <Time at={openedAt} /> },
    { key: 'seen', title: t('seen'), render: seen },
    { key: 'acts', title: t('acts'), render: act },
  ];
  return (
    <DataList
      caption={t('alarms')}
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      card={(alarm) => (
        <>
          <div className="fz-row fz-between">
            {state(alarm)}
            <span className="fz-quiet fz-small">{seen(alarm)}</span>
          </div>
          <code>{alarm.rule}</code>
          <span>{what(alarm)}</span>
          {act(alarm)}
        </>
      )}
    />
  );
}

/** Alarms of rules, newest first; whoever looks into one acknowledges it with a note. */
export function Alarms({ rule }: { readonly rule?: string | undefined }) {
  const t = useTexts(ruleHealthTexts);
  const [state, setState] = useState<RuleAlarm['state']>('open');
  const [looking, setLooking] = useState<RuleAlarm>();
  const acknowledge = useAcknowledgeAlarm();
  const query = useRuleAlarms({ ...(rule === undefined ? { state } : { rule }) });
  const rows = rowsOf(query);
  const close = (): void => {
    setLooking(undefined);
    acknowledge.reset();
  };
  return (
    <>
      {rule === undefined ? (
        <Choice
          label={t('state')}
          value={state}
          onChange={(value) => setState(value)}
          options={RULE_ALARM_STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
        />
      ) : null}
      <Waiting query={query}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{t('noAlarms')}</h2>
              <p>{t('noAlarmsText')}</p>
            </div>
          ) : (
            <>
              <AlarmRows rows={rows} onAcknowledge={setLooking} />
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
      {looking === undefined ? null : (
        <ReasonDialog
          title={`${t('acknowledgeTitle')} · ${looking.rule}`}
          text={t('acknowledgeText')}
          label={t('acknowledgeNote')}
          submit={t('acknowledge')}
          pending={acknowledge.isPending}
          error={acknowledge.error}
          onSubmit={(note) => acknowledge.mutate({ id: looking.id, note }, { onSuccess: close })}
          onClose={close}
        />
      )}
    </>
  );
}
