import type { Simulation } from '@fanzha/contract';
import { Button } from 'antd';
import { useMay } from '../api/session.ts';
import { useStartSimulation } from '../api/simulation.ts';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { ProblemNotice } from '../ui/problem-notice.tsx';
import { overviewTexts } from './texts.ts';

/** How far the simulator is. */
export function SimulationProgress({ simulation }: { readonly simulation: Simulation }) {
  const t = useTexts(overviewTexts);
  const format = useFormat();
  if (simulation.state === 'failed') {
    return <p role="alert">{t('failed', { reason: simulation.error ?? '' })}</p>;
  }
  if (simulation.state !== 'running') return null;
  const words = t('loading', {
    done: format.number(simulation.done),
    total: format.number(simulation.total),
  });
  return (
    <div className="fz-panel">
      <span role="status">{words}</span>
      <progress
        className="fz-progress"
        aria-label={words}
        value={simulation.done}
        max={Math.max(1, simulation.total)}
      />
    </div>
  );
}

/** What an empty installation shows: what would be here, and a way to see it. */
export function EmptyInstallation() {
  const t = useTexts(overviewTexts);
  const may = useMay();
  const start = useStartSimulation();
  return (
    <div className="fz-panel fz-empty">
      <h2>{t('emptyTitle')}</h2>
      <p style={{ maxWidth: 520 }}>{t('emptyText')}</p>
      {may('simulation:run') ? (
        <Button type="primary" disabled={start.isPending} onClick={() => start.mutate({})}>
          {t('load')}
        </Button>
      ) : null}
      {start.error ? <ProblemNotice error={start.error} while="changing" /> : null}
    </div>
  );
}
