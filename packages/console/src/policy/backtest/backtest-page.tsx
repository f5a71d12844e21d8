import type { Backtest } from '@fanzha/contract';
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useBacktest, useCancelBacktest } from '../../api/backtests.ts';
import { useMay } from '../../api/session.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTexts } from '../../i18n/texts.ts';
import { Page } from '../../ui/page.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Time } from '../../ui/time.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import '../policy.css';
import { policyTexts } from '../texts.ts';
import './backtest.css';
import { BacktestDialog } from './backtest-dialog.tsx';
import { Report } from './report.tsx';
import { backtestTexts } from './texts.ts';

function Running({ backtest }: { readonly backtest: Backtest }) {
  const t = useTexts(backtestTexts);
  const format = useFormat();
  const may = useMay();
  const cancel = useCancelBacktest();
  const { id, share, done } = backtest;
  const words = t('progress', { done: format.number(done), share: format.percent(share) });
  return (
    <section className="fz-panel fz-stack" aria-label={t('state.running')}>
      <progress className="fz-progress" value={share} max={1} aria-label={words} />
      <div className="fz-row fz-between">
        <span role="status">{words}</span>
        {may('backtest:run') ? (
          <Button disabled={cancel.isPending} onClick={() => cancel.mutate(id)}>
            {t('cancel')}
          </Button>
        ) : null}
      </div>
      {cancel.error ? <ProblemNotice error={cancel.error} while="changing" /> : null}
    </section>
  );
}

function Outcome({ backtest }: { readonly backtest: Backtest }) {
  const t = useTexts(backtestTexts);
  const { state, error = '', report, version } = backtest;
  if (state === 'running') return <Running backtest={backtest} />;
  if (state === 'failed') {
    return (
      <div className="fz-notice fz-notice-bad" role="alert">
        {error === 'restart' ? t('failedRestart') : t('failed', { error })}
      </div>
    );
  }
  if (report === undefined) return <div className="fz-notice">{t('cancelled')}</div>;
  return <Report report={report} version={version} />;
}

/** One backtest: its progress, then its report. */
export function BacktestPage() {
  const t = useTexts(backtestTexts);
  const p = useTexts(policyTexts);
  const format = useFormat();
  const may = useMay();
  const navigate = useNavigate();
  const { id = '' } = useParams();
  const query = useBacktest(id);
  const [asking, setAsking] = useState(false);
  const backtest = query.data;
  const actions =
    backtest !== undefined && backtest.state !== 'running' && may('backtest:run') ? (
      <Button onClick={() => setAsking(true)}>{t('again')}</Button>
    ) : null;
  return (
    <Page title={t('one', { id })} needs="decision:read" actions={actions}>
      {backtest === undefined ? null : (
        <div className="fz-row fz-quiet">
          <Link to={`/policy/versions/${backtest.version}`}>
            {t('ofVersion', { version: backtest.version, live: backtest.live })}
          </Link>
          <span>
            · {t('periodOf', { from: format.dateTime(backtest.from), to: format.dateTime(backtest.to) })}
          </span>
          <span>
            · {backtest.startedBy}, <Time at={backtest.startedAt} />
          </span>
          <Link to={`/policy/versions/${backtest.version}?tab=difference`}>{p('differenceTab')}</Link>
        </div>
      )}
      <Waiting query={query} lines={8}>
        {(data) => <Outcome key={data.state} backtest={data} />}
      </Waiting>
      {asking && backtest !== undefined ? (
        <BacktestDialog
          version={backtest.version}
          onClose={() => setAsking(false)}
          onStarted={(started) => {
            setAsking(false);
            void navigate(`/policy/backtests/${started}`);
          }}
        />
      ) : null}
    </Page>
  );
}
