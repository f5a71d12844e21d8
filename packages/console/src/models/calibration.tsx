import type { CalibrationView, ModelDetail } from '@fanzha/contract';
import { useFormat } from '../i18n/format.ts';
import { useLocalized } from '../i18n/locale.ts';
import { useTexts } from '../i18n/texts.ts';
import { wilson } from './curve.model.ts';
import { modelsTexts } from './texts.ts';

const SIDE = 220;
const PAD = 26;
const x = (share: number): number => PAD + share * SIDE;
const y = (share: number): number => SIDE + 8 - share * SIDE;
const TICKS = [0, 0.5, 1] as const;

function Axes() {
  const t = useTexts(modelsTexts);
  return (
    <g className="fz-axes">
      <rect x={PAD} y={8} width={SIDE} height={SIDE} />
      <line className="fz-diagonal" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
      {TICKS.map((tick) => (
        <g key={tick}>
          <text x={x(tick)} y={SIDE + 22} textAnchor="middle">
            {tick}
          </text>
          <text x={PAD - 5} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      <text x={x(0.5)} y={SIDE + 38} textAnchor="middle">
        {t('axisScore')}
      </text>
      <text x={x(0) + 6} y={y(1) + 14}>
        {t('axisTruth')}
      </text>
    </g>
  );
}

/** A reliability curve: what scores said against what came true, each bin with its 95 % interval. */
function Curve({ name, view }: { readonly name: string; readonly view: CalibrationView }) {
  const t = useTexts(modelsTexts);
  const format = useFormat();
  const bins = view.bins.filter(({ count }) => count > 0);
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const ece = { value: format.number(view.ece, 4) };
  const [low, high] = view.eceInterval ?? [];
  return (
    <figure>
      <figcaption>
        <strong>{name}</strong>{' '}
        <span className="fz-quiet fz-small">
          {t('samples', { count: format.number(view.count) })} ·{' '}
          {low === undefined || high === undefined
            ? t('ece', ece)
            : t('eceInterval', { ...ece, low: format.number(low, 4), high: format.number(high, 4) })}
          {view.brier === undefined ? '' : ` · ${t('brier', { value: format.number(view.brier, 4) })}`}
        </span>
      </figcaption>
      {bins.length === 0 ? <p className="fz-quiet">{t('noCurve')}</p> : null}
      <svg viewBox={`0 0 ${SIDE + PAD + 10} ${SIDE + 44}`} className="fz-curve" role="img" aria-label={name}>
        <Axes />
        <polyline
          className="fz-curve-line"
          points={bins.map((bin) => `${x(bin.meanScore)},${y(bin.positive / bin.count)}`).join(' ')}
        />
        {bins.map((bin) => {
          const [from, to] = wilson(bin.positive, bin.count);
          const title = t('curveBin', {
            from: format.number(bin.from, 3),
            to: format.number(bin.to, 3),
            positive: format.number(bin.positive),
            count: format.number(bin.count),
          });
          return (
            <g key={bin.from}>
              <title>{title}</title>
              <line
                className="fz-curve-reach"
                x1={x(bin.meanScore)}
                x2={x(bin.meanScore)}
                y1={y(from)}
                y2={y(to)}
              />
              <circle
                className="fz-curve-dot"
                cx={x(bin.meanScore)}
                cy={y(bin.positive / bin.count)}
                r={2.5 + 4 * Math.sqrt(bin.count / most)}
              />
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

/** Whether scores can be read as probabilities: on texts held out of training, and on what people confirmed. */
export function Calibration({ model }: { readonly model: ModelDetail }) {
  const t = useTexts(modelsTexts);
  const localized = useLocalized();
  const champion = model.versions[0];
  const outputs = (champion?.outputs ?? []).filter(
    ({ name, validation }) => validation !== undefined || model.confirmed[name] !== undefined,
  );
  if (outputs.length === 0) return null;
  return (
    <section className="fz-panel" aria-labelledby="model-calibration">
      <header>
        <h2 id="model-calibration">{t('calibration')}</h2>
      </header>
      <p className="fz-quiet">{t('calibrationText')}</p>
      <div className="fz-curves">
        {outputs.map(({ name, title, validation }) => {
          const confirmed = model.confirmed[name];
          return (
            <div key={name} style={{ display: 'contents' }}>
              {validation === undefined ? null : (
                <Curve name={`${localized(title)} · ${t('held')}`} view={validation} />
              )}
              {confirmed === undefined ? null : (
                <Curve name={`${localized(title)} · ${t('confirmed')}`} view={confirmed} />
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
}
