import type { ModelPart } from '@fanzha/contract';
import { useFormat } from '../../i18n/format.ts';
import { useLocalized } from '../../i18n/locale.ts';
import { useTexts } from '../../i18n/texts.ts';
import { decisionTexts } from './texts.ts';

function Contributions({ part }: { readonly part: ModelPart }) {
  const t = useTexts(decisionTexts);
  const format = useFormat();
  const localized = useLocalized();
  const largest = Math.max(1e-9, ...part.contributions.map(({ weight }) => Math.abs(weight)));
  return (
    <>
      <div className="fz-weights fz-quiet fz-small" aria-hidden="true">
        <span style={{ textAlign: 'right' }}>← {t('away')}</span>
        <span />
        <span>{t('towards')} →</span>
      </div>
      <ul aria-label={t('pieces')}>
        {part.contributions.map(({ feature, title, weight, value }) => {
          const width = `${(Math.abs(weight) / largest) * 100}%`;
          const signed = `${weight > 0 ? '+' : '−'}${format.number(Math.abs(weight), 2)}`;
          return (
            <li key={feature} className="fz-weights" title={signed}>
              {weight < 0 ? <span className="fz-weight fz-against" style={{ width }} /> : <span />}
              {title === undefined ? (
                <code>{feature}</code>
              ) : (
                <span>
                  {localized(title)}
                  {value === undefined ? null : `: ${format.number(value, 2)}`}
                </span>
              )}
              {weight > 0 ? <span className="fz-weight fz-for" style={{ width }} /> : <span />}
              <span className="fz-hidden">{signed}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** What models contributed: the score against its threshold, and the pieces of text that pushed it up or down. */
export function ModelParts({ parts }: { readonly parts: readonly ModelPart[] }) {
  const t = useTexts(decisionTexts);
  const format = useFormat();
  if (parts.length === 0) return null;
  return (
    <section className="fz-panel" aria-labelledby="decision-model">
      <header>
        <h2 id="decision-model">{t('model')}</h2>
      </header>
      <div className="fz-stack">
        {parts.map((part) => (
          <div key={`${part.model} ${part.output}`}>
            <div className="fz-row fz-between fz-small">
              <span>
                <code>{part.model}</code> <span className="fz-quiet">{part.version}</span> · {part.output}
              </span>
              <span>
                {t('modelScore', { value: format.number(part.score, 3) })}
                {part.threshold === undefined
                  ? null
                  : ` · ${t('threshold', { value: format.number(part.threshold, 3) })}`}
              </span>
            </div>
            <div className="fz-scale" aria-hidden="true">
              <span style={{ width: `${Math.min(1, Math.max(0, part.score)) * 100}%` }} />
              {part.threshold === undefined ? null : <i style={{ left: `${part.threshold * 100}%` }} />}
            </div>
            {part.contributions.length === 0 ? null : <Contributions part={part} />}
          </div>
        ))}
      </div>
    </section>
  );
}
