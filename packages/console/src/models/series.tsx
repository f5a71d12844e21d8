import type { ModelDetail, ModelOutputView } from '@fanzha/contract';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
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

interface OutputSeriesProps {
  readonly model: ModelDetail;
  readonly output: ModelOutputView;
  /** Length of the period that is looked at. */
  readonly hours: number;
}

function OutputSeries({ model, output, hours }: OutputSeriesProps) {
  const t = useTexts(modelsTexts);
  const format = useFormat();
  const own = model.hours.filter(
    ({ output: name, version }) => name === output.name && version === model.champion,
  );
  const steps = stepsOf(own, STEP_HOURS, hours / STEP_HOURS);
  const whole = model.edges.map((_, bin) => steps.reduce((sum, { bins }) => sum + (bins[bin] ?? 0), 0));
  const [threshold] = Object.values(output.thresholds).sort((a, b) => b - a);
  const limit = model.watch.find(({ output: name }) => name === output.name)?.limit;
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
        {...(limit === undefined ? {} : { limit })}
        write={(value) => format.number(value, 3)}
        drawn={steps.map((step) => ({ step, value: step.count < ENOUGH ? 0 : psi(step.bins, whole) }))}
      />
      <p className="fz-quiet fz-small">{t('seriesText', { count: ENOUGH })}</p>
    </>
  );
}

/** Live scores over time: how many are at the threshold, and how far each part of a day is from the whole. */
export function Series({ model, hours }: { readonly model: ModelDetail; readonly hours: number }) {
  const localized = useLocalized();
  return (
    <div className="fz-curves">
      {(model.versions[0]?.outputs ?? []).map((output) => (
        <div className="fz-stack" key={output.name}>
          <h3>
            {localized(output.title)} <code className="fz-quiet">{output.name}</code>
          </h3>
          <OutputSeries model={model} output={output} hours={hours} />
        </div>
      ))}
    </div>
  );
}
