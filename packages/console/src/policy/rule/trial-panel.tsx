import type { RuleCheck, RuleTrial, TrialRule } from '@fanzha/contract';
import { Button } from 'antd';
import { Link } from 'react-router';
import { ProblemError } from '../../api/problem.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { ruleTexts } from './texts.ts';
import type { useTrial } from './use-check.ts';

function Figures({ trial }: { readonly trial: RuleTrial }) {
  const t = useTexts(ruleTexts);
  const format = useFormat();
  const { events, hits, verdictChanges, from, to, enoughHistory, countersWholeFrom, examples } = trial;
  if (events === 0) return <p className="fz-quiet">{t('trialNone')}</p>;
  return (
    <div className="fz-stack" style={{ gap: 6 }}>
      <p className="fz-trial-hits">
        <strong>{t('trialHits', { hits: format.number(hits) })}</strong>{' '}
        {t('trialOf', { events: format.number(events) })}
      </p>
      <div className="fz-bar" aria-hidden="true">
        <span style={{ width: `${(hits / events) * 100}%` }} />
      </div>
      <p>
        {t('trialShare', { share: format.percent(hits / events) })} ·{' '}
        <strong>{t('trialChanges', { changes: format.number(verdictChanges) })}</strong>
      </p>
      {enoughHistory ? null : (
        <p className="fz-quiet">
          {countersWholeFrom === undefined
            ? t('trialShortNever')
            : t('trialShort', { at: format.dateTime(countersWholeFrom) })}
        </p>
      )}
      {examples.length === 0 ? null : (
        <div>
          <span className="fz-quiet">{t('trialExamples')}</span>
          <ul className="fz-row">
            {examples.map((id) => (
              <li key={id}>
                <Link to={`/decisions/${id}`} state={{ neighbours: examples }} target="_blank">
                  <code>{id}</code>
                </Link>
              </li>
            ))}
          </ul>
        </div>
      )}
      {from === undefined || to === undefined ? null : (
        <p className="fz-quiet fz-small">
          {t('trialPeriod', {
            from: format.dateTime(from),
            to: format.dateTime(to),
            took: format.duration(trial.tookMs * 1000),
          })}
        </p>
      )}
    </div>
  );
}

interface TrialPanelProps {
  /** The rule as it stands; absent while it has faults. */
  readonly rule: TrialRule | undefined;
  readonly trial: ReturnType<typeof useTrial>;
}

/** How often the rule would hit on recent traffic, kept up with the writing. */
export function TrialPanel({ rule, trial }: TrialPanelProps) {
  const t = useTexts(ruleTexts);
  const may = useMay();
  const { data, error, isFetching } = trial;
  // A newer wish of the same person took the place of this one; its own answer is on the way.
  const replaced = error instanceof ProblemError && error.code === 'rule-trial-replaced';
  return (
    <section className="fz-panel" aria-labelledby="rule-trial">
      <header>
        <h2 id="rule-trial">{t('trial')}</h2>
        <span className="fz-row" role="status">
          {isFetching ? <span className="fz-quiet fz-small">{t('trialRunning')}</span> : null}
          <Button size="small" disabled={rule === undefined} onClick={() => void trial.refetch()}>
            {t('trialNow')}
          </Button>
        </span>
      </header>
      {may('backtest:run') ? null : <p className="fz-quiet">{t('trialMayNot')}</p>}
      {error && !replaced && !isFetching && rule !== undefined ? <ProblemNotice error={error} /> : null}
      {data === undefined || rule === undefined ? (
        <p className="fz-quiet">{t('trialWaits')}</p>
      ) : (
        <Figures trial={data} />
      )}
    </section>
  );
}

/** What the condition reads, and since when its counters count. */
export function ReadsPanel({ check }: { readonly check: RuleCheck | undefined }) {
  const t = useTexts(ruleTexts);
  const format = useFormat();
  if (check === undefined || !check.ok) return null;
  const { facts, packValues, counters, runs } = check;
  const read = [...facts, ...packValues];
  if (read.length + counters.length === 0) return null;
  return (
    <section className="fz-panel fz-stack fz-small" aria-label={t('reads')}>
      {read.length === 0 ? null : (
        <div>
          <span className="fz-quiet">{t('reads')}</span>
          <ul className="fz-row">
            {read.map((name) => (
              <li key={name}>
                <code>{name}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      {counters.length === 0 ? null : (
        <div>
          <span className="fz-quiet">{t('counts')}</span>
          <ul>
            {counters.map(({ call, state, since }) => (
              <li key={call}>
                <code>{call}</code>{' '}
                <span className="fz-quiet">
                  {state === 'new' || since === undefined
                    ? t('countsNew')
                    : t('countsSince', { since: format.dateTime(since) })}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {runs === 'library' ? <p className="fz-quiet">{t('slow')}</p> : null}
    </section>
  );
}
