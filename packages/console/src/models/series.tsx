import type { DriftView, ModelDetail } from '@fanzha/contract';
import { useFormat } from '../i18n/format.ts';
import { useTexts } from '../i18n/texts.ts';
import { psi, type ScoreStep, shareAbove, stepsOf } from './curve.model.ts';
import { modelsTexts } from './texts.ts';

const STEP_HOURS = 6;
/** With fewer scores an index of stability says nothing. */
const ENOUGH = 100;
const WIDE = 600;
const HIGH = 80;

interface Drawn {
  readonly step: ScoreStep;
  readonly value: number;
}

interface StepsProps {
  readonly name: string;
  readonly drawn: readonly Drawn[];
  readonly limit?: number;
  write(value: number): string;
}

function Steps({ name, drawn, limit, write }: StepsProps) {
  const t = useTexts(modelsTexts);
  const format = useFormat();
  const top = Math.max(limit === undefined ? 0 : limit * 1.2, ...drawn.map(({ value }) => value), 1e-6);
  const each = WIDE / drawn.length;
  return (
    <figure>
      <figcaption className="fz-row fz-between">
        <span>{name}</span>
        <span className="fz-quiet fz-small">≤ {write(top)}</span>
      </figcaption>
      <svg
        className="fz-steps"
        viewBox={`0 0 ${WIDE} ${HIGH}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={name}
      >
        <line className="fz-spark-base" x1={0} x2={WIDE} y1={HIGH - 0.5} y2={HIGH - 0.5} />
        {drawn.map(({ step, value }, index) => {
          const tall = (value / top) * (HIGH - 2);
          return (
            <g key={step.at}>
              <title>
                {t('seriesAt', {
                  at: format.dateTime(step.at),
                  value: write(value),
                  count: format.number(step.count),
                })}
              </title>
              <rect x={index * each} y={0} width={each} height={HIGH} fill="transparent" />
              <rect
                className="fz-spark-bar"
                x={index * each + each * 0.1}
                y={HIGH - tall}
                width={each * 0.8}
                height={tall}
              />
            </g>
          );
        })}
        {limit === undefined ? null : (
          <line
            className="fz-limit-line"
            x1={0}
            x2={WIDE}
            y1={HIGH - (limit / top) * (HIGH - 2)}
            y2={HIGH - (limit / top) * (HIGH - 2)}
          />
        )}
      </svg>
    </figure>
  );
}

function OutputSeries({ model, drift }: { readonly model: ModelDetail; readonly drift: DriftView }) {
  const t = useTexts(modelsTexts);
  const format = useFormat();
  const steps = stepsOf(
    model.hours.filter(({ output, version }) => output === drift.output && version === drift.version),
    STEP_HOURS,
  );
  const whole = model.edges.map((_, bin) => steps.reduce((sum, { bins }) => sum + (bins[bin] ?? 0), 0));
  const thresholds = model.versions[0]?.outputs.find(({ name }) => name === drift.output)?.thresholds ?? {};
  const [threshold] = Object.values(thresholds).sort((a, b) => b - a);
  if (steps.length === 0) return <p className="fz-quiet">{t('noHours')}</p>;
  return (
    <>
      {threshold === undefined ? null : (
        <Steps
          name={t('seriesAbove', { value: format.number(threshold, 3) })}
          write={(value) => format.percent(value)}
          drawn={steps.map((step) => ({ step, value: shareAbove(step.bins, model.edges, threshold) }))}
        />
      )}
      <Steps
        name={t('seriesPsi')}
        limit={drift.limit}
        write={(value) => format.number(value, 3)}
        drawn={steps.map((step) => ({ step, value: step.count < ENOUGH ? 0 : psi(step.bins, whole) }))}
      />
      <p className="fz-quiet fz-small">{t('seriesText', { count: ENOUGH })}</p>
    </>
  );
}

/** Live scores over time: how many are at the threshold, and how far each part of a day is from the whole. */
export function Series({ model }: { readonly model: ModelDetail }) {
  const t = useTexts(modelsTexts);
  const current = model.watch.filter(({ version }) => version === model.champion);
  if (current.length === 0) return <p className="fz-quiet">{t('noHours')}</p>;
  return (
    <div className="fz-curves">
      {current.map((drift) => (
        <div className="fz-stack" key={drift.output}>
          <h3>{t('output', { name: drift.output })}</h3>
          <OutputSeries model={model} drift={drift} />
        </div>
      ))}
    </div>
  );
}
