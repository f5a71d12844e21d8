import type { Displacement, FlowChange } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useDisplacementAct } from '../api/call-patterns.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { SimulatedTag } from '../ui/simulated.tsx';
import { Time } from '../ui/time.tsx';
import { ReasonDialog } from '../ui/work/reason-dialog.tsx';
import { Sparkline } from '../ui/work/sparkline.tsx';
import { Tag } from '../ui/work/tag.tsx';
import { callTexts } from './texts.ts';

interface SideProps {
  readonly side: 'left' | 'joined';
  readonly alarm: Displacement;
  nameOf(flow: FlowChange): string;
}

function Side({ side, alarm, nameOf }: SideProps) {
  const t = useTexts(callTexts);
  const format = useFormat();
  const top = Math.max(...alarm.series.flatMap(({ left, joined }) => [left, joined]), 1);
  const points = alarm.series.map((point) => ({
    key: point.at,
    value: point[side],
    title: `${format.dateTime(point.at)}: ${format.number(point[side])}`,
  }));
  const name = alarm[side].map(nameOf).join(', ');
  return (
    <div>
      <strong>{t(side, { name })}</strong>
      {alarm[side].map((flow) => (
        <p key={`${flow.pattern} ${flow.country}`} className="fz-quiet">
          {alarm[side].length > 1 ? `${nameOf(flow)}: ` : ''}
          {t('usual', { calls: format.number(flow.calls), expected: format.number(flow.expected) })}
        </p>
      ))}
      <Sparkline points={points} label={t(side, { name })} width={400} height={44} top={top} wide />
    </div>
  );
}

type Outcome = 'displacement' | 'coincidence';

function Acts({ alarm }: { readonly alarm: Displacement }) {
  const t = useTexts(callTexts);
  const may = useMay()('displacement:handle');
  const act = useDisplacementAct();
  const [closing, setClosing] = useState<Outcome>();
  const { id, state } = alarm;
  if (!may) return null;
  const stop = (): void => {
    setClosing(undefined);
    act.reset();
  };
  return (
    <div className="fz-row">
      {state === 'open' ? (
        <Button onClick={() => act.mutate({ act: 'acknowledge', id })}>{t('acknowledge')}</Button>
      ) : null}
      {state === 'closed' ? (
        <Button onClick={() => act.mutate({ act: 'reopen', id })}>{t('reopen')}</Button>
      ) : (
        <>
          <Button onClick={() => setClosing('displacement')}>{t('closeReal')}</Button>
          <Button onClick={() => setClosing('coincidence')}>{t('closeCoincidence')}</Button>
        </>
      )}
      {act.error && closing === undefined ? <ProblemNotice error={act.error} while="changing" /> : null}
      {closing === undefined ? null : (
        <ReasonDialog
          title={`${t('closeTitle')} · ${t(`outcome.${closing}`)}`}
          text={t('closeText')}
          label={t('closeNote')}
          submit={t('close')}
          pending={act.isPending}
          error={act.error}
          onSubmit={(note) => act.mutate({ act: 'close', id, outcome: closing, note }, { onSuccess: stop })}
          onClose={stop}
        />
      )}
    </div>
  );
}

interface AlarmProps {
  readonly alarm: Displacement;
  nameOf(flow: FlowChange): string;
}

/** One alarm: what fell, what rose, both by the hour, and what can be done. */
export function DisplacementAlarm({ alarm, nameOf }: AlarmProps) {
  const t = useTexts(callTexts);
  const localized = useLocalized();
  const { state, outcome, source, sources, acknowledgedBy, closedBy, note } = alarm;
  const place =
    sources.length > 0
      ? t('sources', { count: sources.length })
      : source === ''
        ? t('whole')
        : t('source', { name: source });
  return (
    <article className="fz-panel fz-stack" aria-label={place}>
      <div className="fz-row fz-between">
        <span className="fz-row">
          <Tag weight={state === 'open' ? 'warn' : state === 'acknowledged' ? 'on' : 'quiet'}>
            {outcome === undefined ? t(`state.${state}`) : t(`outcome.${outcome}`)}
          </Tag>
          <strong title={sources.join(', ')}>{place}</strong>
          {alarm.simulated ? <SimulatedTag /> : null}
        </span>
        <span className="fz-quiet fz-small">
          {t('opened')} <Time at={alarm.openedAt} /> · {t('seen')} <Time at={alarm.seenAt} />
        </span>
      </div>
      <p>{localized(alarm.text)}</p>
      <div className="fz-calls-pair">
        <Side side="left" alarm={alarm} nameOf={nameOf} />
        <Side side="joined" alarm={alarm} nameOf={nameOf} />
      </div>
      {closedBy !== undefined && note !== undefined ? (
        <p className="fz-quiet">{t('closedBy', { name: closedBy, note })}</p>
      ) : acknowledgedBy !== undefined ? (
        <p className="fz-quiet">{t('acknowledgedBy', { name: acknowledgedBy })}</p>
      ) : null}
      <Acts alarm={alarm} />
    </article>
  );
}
