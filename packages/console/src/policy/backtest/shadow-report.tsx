import type { policyVersionsShadowReport, ResponseOf, ShadowDifference } from '@fanzha/contract';
import { useState } from 'react';
import { useShadowDifferences, useShadowReport } from '../../api/policy-versions.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Choice } from '../../ui/choice.tsx';
import { type Column, DataList, MoreRows } from '../../ui/data-list.tsx';
import { SimulatedFrame, SimulatedTag } from '../../ui/simulated.tsx';
import { useWord } from '../../ui/use-word.ts';
import { Waiting } from '../../ui/waiting.tsx';
import './backtest.css';
import { Matrix } from './matrix.tsx';
import { Figure, Part } from './report.tsx';
import { VerdictStep } from './samples.tsx';
import { backtestTexts } from './texts.ts';

const TRAFFIC = { all: undefined, real: false, simulated: true } as const;
type Traffic = keyof typeof TRAFFIC;
type Found = ResponseOf<typeof policyVersionsShadowReport>;

function useSpan(): (seconds: number) => string {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  return (seconds) => {
    if (seconds >= 172_800) return t('days', { count: format.number(seconds / 86_400, 1) });
    if (seconds >= 7_200) return t('hours', { count: format.number(seconds / 3_600, 1) });
    return t('minutes', { count: format.number(seconds / 60) });
  };
}

interface DifferencesProps {
  readonly number: number;
  readonly simulated: boolean | undefined;
  readonly running: boolean;
}

function Differences({ number, simulated, running }: DifferencesProps) {
  const t = useTexts(backtestTexts);
  const word = useWord();
  const format = useFormat();
  const query = useShadowDifferences(number, simulated, running);
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const rules = ({ gained, lost }: ShadowDifference) => (
    <code>{[...gained.map((id) => `+${id}`), ...lost.map((id) => `−${id}`)].join(', ')}</code>
  );
  const columns: Column<ShadowDifference>[] = [
    {
      key: 'verdict',
      title: t('verdictChange'),
      render: ({ live, shadow }) => <VerdictStep from={live} to={shadow} />,
    },
    {
      key: 'when',
      title: t('when'),
      render: ({ at, simulated: made }) => (
        <span className="fz-row fz-tight">
          {format.dateTime(at)}
          {made ? <SimulatedTag /> : null}
        </span>
      ),
    },
    { key: 'kind', title: t('kind'), render: ({ kind }) => word('kind', kind) },
    { key: 'rules', title: t('rulesChange'), render: rules },
  ];
  return (
    <Waiting query={query}>
      {() =>
        rows.length === 0 ? (
          <p className="fz-quiet">{t('shadowListEmpty')}</p>
        ) : (
          <>
            <DataList
              caption={t('shadowList')}
              columns={columns}
              rows={rows}
              rowKey={({ decision }) => decision}
              open={({ decision }) => ({
                to: `/decisions/${decision}`,
                state: { neighbours: rows.map((each) => each.decision) },
              })}
              card={(row, link) => (
                <>
                  <div className="fz-row fz-between">
                    {link(<VerdictStep from={row.live} to={row.shadow} />)}
                    <span className="fz-row fz-quiet fz-small">
                      {row.simulated ? <SimulatedTag /> : null}
                      {format.dateTime(row.at)}
                    </span>
                  </div>
                  {rules(row)}
                </>
              )}
            />
            <MoreRows query={query} count={rows.length} />
          </>
        )
      }
    </Waiting>
  );
}

function ShadowRules({ report }: { readonly report: Found }) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  if (report.rules.length === 0) return <p className="fz-quiet">{t('shadowListEmpty')}</p>;
  const number = (key: 'gained' | 'lost', title: string): Column<Found['rules'][number]> => ({
    key,
    title,
    number: true,
    render: (row) => format.number(row[key]),
  });
  return (
    <DataList
      caption={t('shadowRules')}
      columns={[
        { key: 'rule', title: t('rule'), render: ({ rule }) => <code>{rule}</code> },
        number('gained', t('shadowGained')),
        number('lost', t('shadowLost')),
      ]}
      rows={report.rules}
      rowKey={({ rule }) => rule}
      card={(row) => (
        <div className="fz-row fz-between">
          <code>{row.rule}</code>
          <span>
            +{format.number(row.gained)} −{format.number(row.lost)}
          </span>
        </div>
      )}
    />
  );
}

interface ShadowReportProps {
  readonly number: number;
  readonly running: boolean;
}

/** What a version said beside the live one, renewed while it runs. */
export function ShadowReport({ number, running }: ShadowReportProps) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  const span = useSpan();
  const [traffic, setTraffic] = useState<Traffic>('all');
  const simulated = TRAFFIC[traffic];
  const query = useShadowReport(number, simulated, running);
  return (
    <Waiting query={query} lines={8}>
      {(report) => {
        if (report.since === undefined && report.events === 0) return <p>{t('shadowNone')}</p>;
        const { events, different } = report;
        return (
          <SimulatedFrame on={report.simulated > 0}>
            <div className="fz-row fz-between">
              <Choice<Traffic>
                label={t('shadowTraffic')}
                value={traffic}
                options={(['all', 'real', 'simulated'] as const).map((value) => ({
                  value,
                  label: t(`shadowTraffic.${value}`),
                }))}
                onChange={setTraffic}
              />
              {running ? (
                <span className="fz-quiet" role="status">
                  ● {t('shadowLive')}
                </span>
              ) : null}
            </div>
            <div className="fz-figures">
              <Figure
                name={t('shadowEvents')}
                value={format.number(events)}
                note={t('shadowSimulated', { count: format.number(report.simulated) })}
              />
              <Figure
                name={t('shadowDifferent')}
                value={format.number(different)}
                {...(events === 0
                  ? {}
                  : { note: t('ofWhole', { share: format.percent(different / events) }) })}
              />
              <Figure name={t('shadowTime')} value={span(report.seconds)} />
            </div>
            <Part title={t('shadowMatrix')}>
              <Matrix
                cells={report.matrix.map(({ kind, live, shadow, count }) => ({
                  kind,
                  before: live,
                  after: shadow,
                  count,
                }))}
              />
            </Part>
            <Part title={t('shadowRules')}>
              <ShadowRules report={report} />
            </Part>
            <Part title={t('shadowList')}>
              <Differences number={number} simulated={simulated} running={running} />
            </Part>
          </SimulatedFrame>
        );
      }}
    </Waiting>
  );
}
