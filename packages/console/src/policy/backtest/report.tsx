import type { BacktestReport } from '@fanzha/contract';
import { type ReactNode, useState } from 'react';
import { Link } from 'react-router';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { linkTo } from '../../ui/decision-filters.ts';
import { SimulatedFrame } from '../../ui/simulated.tsx';
import { useWord } from '../../ui/use-word.ts';
import { RuleTable, WholeAccuracy } from './accuracy.tsx';
import './backtest.css';
import { type Cell, Matrix } from './matrix.tsx';
import { Samples } from './samples.tsx';
import { backtestTexts } from './texts.ts';

interface PartProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a report with its heading. */
export function Part({ title, lead, children }: PartProps) {
  return (
    <section className="fz-panel fz-stack" aria-label={title} style={{ gap: 8 }}>
      <div className="fz-row">
        <h2>{title}</h2>
        {lead === undefined ? null : <span className="fz-quiet fz-small">{lead}</span>}
      </div>
      {children}
    </section>
  );
}

/** A figure with what it means. */
export function Figure({ name, value, note }: { name: string; value: ReactNode; note?: ReactNode }) {
  return (
    <div className="fz-figure">
      <span className="fz-quiet fz-small">{name}</span>
      <strong>{value}</strong>
      {note === undefined ? null : <span className="fz-quiet fz-small">{note}</span>}
    </div>
  );
}

function Figures({ report }: { readonly report: BacktestReport }) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  const events = report.events.filter(({ judged }) => judged).reduce((sum, each) => sum + each.events, 0);
  const { equal, compared } = report.reproduced;
  return (
    <div className="fz-figures">
      <Figure
        name={t('changed')}
        value={format.number(report.changed)}
        note={t('ofEvents', { events: format.number(events) })}
      />
      <Figure name={t('newlyBlocked')} value={format.number(report.newlyBlocked.total)} />
      <Figure name={t('noLongerBlocked')} value={format.number(report.noLongerBlocked.total)} />
      <Figure
        name={t('reproduced')}
        value={compared === 0 ? '—' : format.percent(equal / compared)}
        note={
          compared === 0
            ? t('reproducedNone')
            : t('reproducedOf', { equal: format.number(equal), compared: format.number(compared) })
        }
      />
    </div>
  );
}

/** Samples of the cell that was chosen, or the way to the decisions where it has none. */
function CellSamples({ cell, report }: { readonly cell: Cell; readonly report: BacktestReport }) {
  const t = useTexts(backtestTexts);
  const word = useWord();
  const rows = [...report.newlyBlocked.items, ...report.noLongerBlocked.items].filter(
    ({ kind, baseline, candidate }) =>
      kind === cell.kind && baseline === cell.before && candidate === cell.after,
  );
  const title = t('sampleOf', { from: word('verdict', cell.before), to: word('verdict', cell.after) });
  if (rows.length > 0) return <Samples rows={rows} caption={title} />;
  const filters = {
    kind: cell.kind as 'call.attempt',
    verdict: cell.before,
    from: report.from,
    to: report.to,
  };
  return (
    <p>
      {t('sampleNone')}{' '}
      <Link {...linkTo(filters)}>{t('cellDecisions', { verdict: word('verdict', cell.before) })}</Link>
    </p>
  );
}

function Reproduced({ report }: { readonly report: BacktestReport }) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  const { differences, causes, otherVersion, compared, equal } = report.reproduced;
  if (compared === equal && otherVersion === 0) return null;
  return (
    <Part title={t('reproduced')}>
      {otherVersion === 0 ? null : (
        <p className="fz-quiet">{t('reproducedOther', { count: format.number(otherVersion) })}</p>
      )}
      {causes.length === 0 ? null : (
        <ul>
          {causes.map(({ cause, count }) => (
            <li key={cause}>{t(`cause.${cause}`, { count: format.number(count) })}</li>
          ))}
        </ul>
      )}
      {differences.length === 0 ? null : (
        <details className="fz-fold">
          <summary>{t('differences', { count: differences.length })}</summary>
          <ul className="fz-small">
            {differences.map(({ decision, field, recorded, replayed }) => (
              <li key={decision}>
                <Link to={`/decisions/${decision}`}>
                  <code>{decision}</code>
                </Link>{' '}
                {field}: {t('recorded')} <code>{recorded}</code> · {t('replayed')} <code>{replayed}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Part>
  );
}

function Cost({ report }: { readonly report: BacktestReport }) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  const { cost, warmed, unread, failures } = report;
  const rows: readonly (readonly [string, number])[] = [
    [`${t('costEvent')} · ${t('costBaseline')}`, cost.baselineMicros],
    [`${t('costEvent')} · ${t('costWith')}`, cost.withCandidateMicros],
    [`${t('costRules')} · ${t('baseline')}`, cost.baselineRulesMicros],
    [`${t('costRules')} · ${t('candidate')}`, cost.candidateRulesMicros],
  ];
  return (
    <Part
      title={t('cost')}
      lead={t('costLead', {
        events: format.number(cost.eventsPerSecond),
        seconds: format.duration(cost.seconds * 1_000_000),
      })}
    >
      <dl className="fz-cost">
        {rows.map(([name, micros]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{format.number(micros, 1)} µs</dd>
          </div>
        ))}
      </dl>
      {warmed === 0 ? null : <p className="fz-quiet">{t('warmed', { count: format.number(warmed) })}</p>}
      {unread === 0 ? null : <p className="fz-quiet">{t('unread', { count: format.number(unread) })}</p>}
      {failures.length === 0 ? null : (
        <div>
          <h3>{t('failures')}</h3>
          <ul>
            {failures.map(({ part, count }) => (
              <li key={part}>{t('failuresCount', { part, count: format.number(count) })}</li>
            ))}
          </ul>
        </div>
      )}
    </Part>
  );
}

/** What a backtest found, most telling first. */
export function Report({ report, version }: { readonly report: BacktestReport; readonly version: number }) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  const [chosen, setChosen] = useState<Cell>();
  const [cells] = useState(() =>
    report.matrix.map(({ kind, baseline, candidate, events }) => ({
      kind,
      before: baseline,
      after: candidate,
      count: events,
    })),
  );
  const events = report.events.reduce((sum, each) => sum + each.events, 0);
  if (events === 0) return <p className="fz-notice">{t('noEvents')}</p>;
  const simulated = report.events.some((each) => each.simulated > 0);
  const short = report.countersWholeFrom !== null && report.countersWholeFrom > report.from;
  const lead = (sample: { readonly total: number; readonly items: readonly unknown[] }): string =>
    t('sample', {
      shown: format.number(sample.items.length),
      total: format.number(sample.total),
      seed: report.seed,
    });
  return (
    <SimulatedFrame on={simulated}>
      <Figures report={report} />
      {short && report.countersWholeFrom !== null ? (
        <p className="fz-notice">{t('countersWhole', { at: format.dateTime(report.countersWholeFrom) })}</p>
      ) : null}
      <Part title={t('matrix')} lead={t('matrixLead')}>
        <Matrix cells={cells} chosen={chosen} onChoose={setChosen} />
        {chosen === undefined ? null : <CellSamples cell={chosen} report={report} />}
      </Part>
      <Part title={t('newlyBlocked')} lead={lead(report.newlyBlocked)}>
        <Samples rows={report.newlyBlocked.items.slice(0, 20)} caption={t('newlyBlocked')} />
      </Part>
      {report.noLongerBlocked.total === 0 ? null : (
        <Part title={t('noLongerBlocked')} lead={lead(report.noLongerBlocked)}>
          <Samples rows={report.noLongerBlocked.items.slice(0, 20)} caption={t('noLongerBlocked')} />
        </Part>
      )}
      <Part title={t('accuracy')}>
        <WholeAccuracy report={report} />
      </Part>
      <Part title={t('rules')} lead={t('rulesLead')}>
        <RuleTable report={report} version={version} />
      </Part>
      <Reproduced report={report} />
      <Cost report={report} />
    </SimulatedFrame>
  );
}
