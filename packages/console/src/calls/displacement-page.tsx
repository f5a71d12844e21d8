import {
  type CallPatterns,
  DISPLACEMENT_STATES,
  type Displacement,
  type FlowChange,
  PATTERN_PERIODS,
} from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { useCallPatterns, useDisplacementAct, useDisplacements } from '../api/call-patterns.ts';
import { rowsOf } from '../api/paged.ts';
import { useMay } from '../api/session.ts';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { Choice } from '../ui/choice.tsx';
import { MoreRows } from '../ui/data-list.tsx';
import { Page } from '../ui/page.tsx';
import { SimulatedFrame } from '../ui/simulated.tsx';
import { Waiting } from '../ui/waiting.tsx';
import { Sparkline } from '../ui/work/sparkline.tsx';
import { CallsNav } from './calls-nav.tsx';
import { DisplacementAlarm } from './displacement-alarm.tsx';
import { callTexts } from './texts.ts';

type Period = (typeof PATTERN_PERIODS)[number];

function PatternSeries({ known }: { readonly known: CallPatterns }) {
  const t = useTexts(callTexts);
  const format = useFormat();
  const localized = useLocalized();
  const titles = new Map(known.patterns.map(({ id, title }) => [id, title]));
  const begins = Date.parse(known.from);
  const at = (index: number): string => new Date(begins + index * known.stepSeconds * 1000).toISOString();
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return (
    <section aria-label={t('overTime')}>
      <table className="fz-calls-table">
        <caption className="fz-hidden">{t('overTime')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('pattern')}</th>
            <th scope="col">{t('perMinute')}</th>
            <th scope="col">{t('calls')}</th>
            <th scope="col">{t('blocked')}</th>
          </tr>
        </thead>
        <tbody>
          {known.series.map(({ pattern, calls, blocked }) => {
            const title = titles.get(pattern);
            const points = calls.map((value, index) => ({
              key: at(index),
              value,
              title: `${format.dateTime(at(index))}: ${t('blockedOf', { calls: format.number(value), blocked: format.number(blocked[index] ?? 0) })}`,
            }));
            const name = title ? localized(title) : pattern;
            return (
              <tr key={pattern}>
                <th scope="row">{name}</th>
                <td>
                  <Sparkline points={points} label={name} width={180} />
                </td>
                <td>{format.number(sum(calls))}</td>
                <td>{format.number(sum(blocked))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

/** Alarms about traffic that goes round what is blocked, and patterns over time. */
export function DisplacementPage() {
  const t = useTexts(callTexts);
  const format = useFormat();
  const localized = useLocalized();
  const may = useMay()('displacement:handle');
  const [state, setState] = useState<Displacement['state']>('open');
  const [period, setPeriod] = useState<Period>('7d');
  const query = useDisplacements({ state });
  const known = useCallPatterns({ period });
  const act = useDisplacementAct();
  const rows = rowsOf(query);
  const nameOf = ({ pattern, country }: FlowChange): string => {
    const title = known.data?.patterns.find(({ id }) => id === pattern)?.title;
    const name = title ? localized(title) : pattern;
    return country === undefined ? name : `${name} · ${format.country(country)}`;
  };
  const actions = (
    <>
      <Choice
        label={t('state')}
        value={state}
        onChange={(value: Displacement['state']) => setState(value)}
        options={DISPLACEMENT_STATES.map((value) => ({ value, label: t(`state.${value}`) }))}
      />
      {may ? (
        <Button disabled={act.isPending} onClick={() => act.mutate({ act: 'check' })}>
          {t('checkNow')}
        </Button>
      ) : null}
    </>
  );
  return (
    <Page title={t('displacement')} needs="decision:read" actions={actions}>
      <CallsNav at="displacement" />
      <Waiting query={query} lines={6}>
        {() =>
          rows.length === 0 ? (
            <div className="fz-panel fz-empty">
              <h2>{t('noAlarms')}</h2>
              <p>{t('noAlarmsText')}</p>
            </div>
          ) : (
            <>
              {rows.map((alarm) => (
                <DisplacementAlarm key={alarm.id} alarm={alarm} nameOf={nameOf} />
              ))}
              <MoreRows query={query} count={rows.length} />
            </>
          )
        }
      </Waiting>
      <section className="fz-panel" aria-labelledby="calls-patterns">
        <header>
          <h2 id="calls-patterns">{t('overTime')}</h2>
          <Choice
            label={t('period')}
            value={period}
            onChange={(value: Period) => setPeriod(value)}
            options={PATTERN_PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
          />
        </header>
        <Waiting query={known}>
          {(patterns) =>
            patterns.series.length === 0 ? (
              <p className="fz-quiet">{t('noCallsText')}</p>
            ) : (
              <SimulatedFrame on={patterns.simulated > 0}>
                <PatternSeries known={patterns} />
              </SimulatedFrame>
            )
          }
        </Waiting>
      </section>
    </Page>
  );
}
